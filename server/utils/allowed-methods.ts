import { createRouter } from 'radix3'
import { handlers } from '#nitro-internal-virtual/server-handlers'

type Route = { methods: Set<string> }

let routes: ReturnType<typeof createRouter<Route>> | undefined

/** The API's routes and their methods, from the list that Nitro has compiled into the server. */
function apiRoutes() {
  if (routes) return routes
  routes = createRouter<Route>()
  const byPath = new Map<string, Route>()
  for (const { route, method, middleware } of handlers) {
    if (middleware || !route?.startsWith('/api/')) continue
    const known = byPath.get(route) ?? { methods: new Set() }
    known.methods.add(method?.toUpperCase() ?? 'ALL')
    byPath.set(route, known)
  }
  for (const [path, route] of byPath) routes.insert(path, route)
  return routes
}

/**
 * The methods that a path answers to.
 * @param path  below the app's base URL, without its query
 * @returns undefined where any, or the path is of no route
 */
export function allowedMethods(path: string): string[] | undefined {
  // Files, and Local Clerk, which has its own word on it.
  if (path.startsWith('/_')) return undefined
  if (!path.startsWith('/api/')) return ['GET', 'HEAD', 'OPTIONS']
  const methods = apiRoutes().lookup(path)?.methods
  if (!methods || methods.has('ALL')) return undefined
  return [...methods, ...methods.has('GET') ? ['HEAD'] : [], 'OPTIONS']
}

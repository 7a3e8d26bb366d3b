import { createRouter } from 'radix3'
import { handlers } from '#nitro-internal-virtual/server-handlers'

let routes: ReturnType<typeof createRouter<{ methods?: string[] }>> | undefined

/** The API's routes and their methods, from the list that Nitro has compiled into the server. */
function apiRoutes() {
  if (routes) return routes
  routes = createRouter()
  const apiHandlers = handlers.filter(({ route, middleware }) => route?.startsWith('/api/') && !middleware)
  for (const [route, group] of Map.groupBy(apiHandlers, ({ route }) => route!)) {
    const methods = group.map(({ method }) => method?.toUpperCase())
    const head = methods.includes('GET') ? ['HEAD'] : []
    routes.insert(route, methods.includes(undefined) ? {} : { methods: [...methods as string[], ...head, 'OPTIONS'] })
  }
  return routes
}

const ofPages = ['GET', 'HEAD', 'OPTIONS']

/**
 * The methods that a path answers to.
 * @param path  below the app's base URL, without its query
 * @returns undefined where any, or the path is of no route
 */
export function allowedMethods(path: string): string[] | undefined {
  // Files, and Local Clerk, which has its own word on it.
  if (path.startsWith('/_')) return undefined
  return path.startsWith('/api/') ? apiRoutes().lookup(path)?.methods : ofPages
}

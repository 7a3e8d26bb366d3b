import { createRouter } from 'radix3'
import { handlers } from '#nitro-internal-virtual/server-handlers'

let routes: ReturnType<typeof createRouter<{ methods?: string[] }>> | undefined

/** The API's routes and their methods, from the list that Nitro compiles into the server. */
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
 * The HTTP methods that a path accepts.
 * @param path  without the app's base URL and without the query
 * @returns undefined when the path accepts any method, or belongs to no route
 */
export function allowedMethods(path: string): string[] | undefined {
  // Static files, and Local Clerk, which checks methods itself.
  if (path.startsWith('/_')) return undefined
  return path.startsWith('/api/') ? apiRoutes().lookup(path)?.methods : ofPages
}

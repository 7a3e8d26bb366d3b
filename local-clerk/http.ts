import {
  appendResponseHeader,
  getQuery,
  getRequestHeader,
  getRouterParam,
  setResponseHeader,
  setResponseHeaders,
  setResponseStatus,
} from 'h3'
import type { H3Error, H3Event } from 'h3'
import { ClerkError, errors } from './errors.ts'

// The rules for every request, whichever API answers it.

/** Tells ClerkJS its new dev browser. */
export const devBrowserHeader = 'clerk-db-jwt'

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/**
 * Local Clerk gives its keys to anyone who can reach it. This rejects tunnels, and pages of other sites whose domain
 * has been pointed at this machine (DNS rebinding).
 */
export function refuseForeignHost(event: H3Event): void {
  for (const name of ['host', 'x-forwarded-host']) {
    const host = getRequestHeader(event, name)
    if (host && !localHosts.has(host.replace(/:\d+$/, ''))) {
      throw new ClerkError(403, 'host_not_local', `Local Clerk answers on this machine only, not ${host}`)
    }
  }
}

/** For what changes something: refuses requests from pages of other sites. */
export function refuseOtherSites(event: H3Event): void {
  const site = getRequestHeader(event, 'sec-fetch-site')
  if (site && site !== 'same-origin' && site !== 'none') {
    throw new ClerkError(403, 'forbidden', 'Use Local Clerk\'s own pages')
  }
}

/** Whether an address is this machine's. */
export function isLocal(url: string | URL): boolean {
  return URL.canParse(url) && localHosts.has(new URL(url).hostname)
}

/**
 * Lets the pages of this machine's other origins use the Frontend API of a development instance. It never answers the
 * pages of other sites.
 * @returns whether this is a preflight request, which has its whole answer now
 */
export function allowLocalOrigins(event: H3Event): boolean {
  // A browser must not use for the app what it has cached for a page of Local Clerk, which has no `Origin`.
  appendResponseHeader(event, 'vary', 'Origin')
  const origin = getRequestHeader(event, 'origin')
  if (!origin) return false
  if (!isLocal(origin)) throw new ClerkError(403, 'origin_not_local', `Local Clerk does not answer pages of ${origin}`)
  // The control page is for its own origin.
  if (!/^\/__clerk\/(v1|npm|images|api_keys)\b/.test(event.path)) return false
  setResponseHeaders(event, {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': devBrowserHeader,
  })
  // h3 remembers what `event.method` was, and ClerkJS overrides the method.
  if (event.node.req.method !== 'OPTIONS') return false
  setResponseHeaders(event, {
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE',
    'access-control-allow-headers': getRequestHeader(event, 'access-control-request-headers') ?? '',
  })
  return true
}

/** ClerkJS sends PATCH and DELETE as POST with `?_method=`, to avoid a preflight request. */
export function applyMethodOverride(event: H3Event): void {
  const method = getQuery(event)._method
  if (event.node.req.method === 'POST' && typeof method === 'string') event.node.req.method = method
}

/** A parameter of the path. */
export const inPath = (event: H3Event, name: string) => getRouterParam(event, name) ?? ''

/** Answers every error in Clerk's shape, and logs the unexpected ones. */
export function answerError(error: H3Error, event: H3Event, log: (line: string) => void): void {
  const { cause } = error
  const clerkError = cause instanceof ClerkError ? cause : undefined
  if (!clerkError && error.statusCode >= 500) {
    // A query may contain a ticket.
    log(`${event.method} ${event.path.split('?')[0]}: ${cause instanceof Error ? cause.stack : error.message}`)
  }
  const answer = clerkError ?? toClerkError(error, event)
  setResponseStatus(event, answer.status)
  setResponseHeader(event, 'content-type', 'application/json')
  if (answer.retryAfter) setResponseHeader(event, 'retry-after', answer.retryAfter)
  event.node.res.end(JSON.stringify(answer))
}

/** Only errors of Local Clerk's own have a cause; a 404 without one is a route that it does not have. */
function toClerkError({ statusCode }: H3Error, event: H3Event): ClerkError {
  if (statusCode !== 404) return new ClerkError(statusCode, 'internal_error', 'Internal error')
  const message = `Local Clerk does not serve ${event.method} ${event.path.split('?')[0]}`
  return event.path.startsWith('/__clerk')
    ? new ClerkError(404, 'resource_not_found', message)
    : errors.notImplemented(message)
}

import { getQuery, getRequestHeader, setResponseHeader, setResponseStatus } from 'h3'
import type { H3Error, H3Event } from 'h3'
import { ClerkError } from './errors.ts'

// The rules for every request, whichever API answers it.

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

/** ClerkJS sends PATCH and DELETE as POST with `?_method=`, to avoid a preflight request. */
export function applyMethodOverride(event: H3Event): void {
  const method = getQuery(event)._method
  if (event.node.req.method === 'POST' && typeof method === 'string') event.node.req.method = method
}

/** Answers every error in Clerk's shape, and logs the unexpected ones. */
export function answerError(error: H3Error, event: H3Event, log: (line: string) => void): void {
  const { cause } = error
  const clerkError = cause instanceof ClerkError ? cause : undefined
  if (!clerkError && error.statusCode >= 500) {
    log(`${event.method} ${event.path}: ${cause instanceof Error ? cause.stack : error.message}`)
  }
  setResponseStatus(event, clerkError?.status ?? error.statusCode)
  setResponseHeader(event, 'content-type', 'application/json')
  if (clerkError?.retryAfter) setResponseHeader(event, 'retry-after', clerkError.retryAfter)
  event.node.res.end(JSON.stringify(clerkError ?? toClerkError(error, event)))
}

function toClerkError({ statusCode }: H3Error, event: H3Event): ClerkError {
  return statusCode === 404
    ? new ClerkError(404, 'resource_not_found', `Local Clerk does not serve ${event.method} ${event.path}`)
    : new ClerkError(statusCode, 'internal_error', 'Internal error')
}

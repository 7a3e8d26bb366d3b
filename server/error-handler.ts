import { STATUS_CODES } from 'node:http'
import type { H3Error, H3Event } from 'h3'
import { getRequestHeader, send, setResponseHeader, setResponseHeaders, setResponseStatus } from 'h3'
import { useRuntimeConfig } from 'nitropack/runtime'
import { withoutBase } from '../shared/base-path.ts'
import { DomainError } from './errors.ts'
import { log } from './utils/log.ts'

/**
 * Answers an error of the API as JSON, in the shape that docs/openapi.json declares. It runs before Nuxt's own handler,
 * and again after it, for errors that Nuxt leaves without a page.
 */
export default async function handleError(error: H3Error, event: H3Event): Promise<void> {
  const { path = '' } = event
  const status = error.statusCode || 500
  const isFirst = !event.context.isErrorSeen
  event.context.isErrorSeen = true
  if (isFirst && (error.unhandled || error.fatal)) {
    log.error('A request failed', {
      method: event.method,
      path: path.split('?')[0],
      status,
      message_id: getRequestHeader(event, 'svix-id'),
      error: (error.cause as Error)?.message ?? error.message,
    })
  }
  // The router may have removed the base path already.
  const isApi = withoutBase(path, useRuntimeConfig().app.baseURL).startsWith('/api/')
  if (event.handled || (isFirst && !isApi)) return
  const statusMessage = STATUS_CODES[status] ?? 'Error'
  setResponseStatus(event, status, statusMessage)
  setResponseHeaders(event, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': 'script-src \'none\'; frame-ancestors \'none\';',
  })
  const { cause } = error
  if (cause instanceof DomainError && cause.retryAfterSeconds) {
    setResponseHeader(event, 'retry-after', cause.retryAfterSeconds)
  }
  // Nuxt's error for a path without a page.
  const isNoRoute = status === 404 && Boolean(error.message?.startsWith('Page not found'))
  const { message, data } = describe(error, isNoRoute)
  await send(event, JSON.stringify({ statusCode: status, statusMessage, message: message || statusMessage, data }))
}

/** What the client may read of an error. */
function describe({ unhandled, message, data }: H3Error, isNoRoute: boolean): { message: string, data?: unknown } {
  if (unhandled) return { message: 'Server Error' }
  return isNoRoute ? { message: 'There is nothing at this address' } : { message, data }
}

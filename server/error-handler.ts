import { STATUS_CODES } from 'node:http'
import type { H3Error, H3Event } from 'h3'
import { getRequestHeader, send, setResponseHeader, setResponseHeaders, setResponseStatus } from 'h3'
import { useRuntimeConfig } from 'nitropack/runtime'
import { withoutBase } from '../shared/base-path.ts'
import { DomainError } from './errors.ts'
import { log } from './utils/log.ts'

/**
 * Answers an error of the API, and any that is asked for as JSON, in the one shape that docs/openapi.json has. It stands
 * before Nuxt's own handler and after it: what that one leaves is no page.
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
  // Before the router has taken the base path off, or after.
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
  if (cause instanceof DomainError && cause.retryAfterSeconds) setResponseHeader(event, 'retry-after', cause.retryAfterSeconds)
  // Nuxt's own, for a path that no page has.
  const isNoRoute = status === 404 && error.message?.startsWith('Page not found')
  const message = error.unhandled ? 'Server Error' : isNoRoute ? 'There is nothing at this address' : error.message || statusMessage
  await send(event, JSON.stringify({ statusCode: status, statusMessage, message, data: error.unhandled || isNoRoute ? undefined : error.data }))
}

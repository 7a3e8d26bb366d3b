import type { IncomingMessage } from 'node:http'
import { defineEventHandler, setResponseHeaders } from 'h3'
import { httpError } from '../utils/errors.ts'
import { webhookSync } from '../utils/webhook-sync.ts'

/** Clerk's webhooks: raw body and headers in, status out. */
export default defineEventHandler(async (event) => {
  const { status, headers, body } = await webhookSync().answer(event.node.req as IncomingMessage & { body?: unknown })
  setResponseHeaders(event, headers)
  if ('message' in body) throw httpError(status, body.message)
  return body
})

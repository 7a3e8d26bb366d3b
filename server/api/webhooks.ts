import { defineEventHandler, getRequestHeader, setResponseHeader, setResponseHeaders } from 'h3'
import { readBytes } from '../utils/body.ts'
import { httpError } from '../utils/errors.ts'
import { webhookReceiver } from '../utils/webhook-receiver.ts'

const limit = 1024 * 1024

/** Clerk's webhooks: raw body and headers in, status out. */
export default defineEventHandler(async (event) => {
  if (event.method !== 'POST') {
    setResponseHeader(event, 'allow', 'POST')
    throw httpError(405, 'Clerk sends webhooks by POST')
  }
  const { status, headers, body } = await webhookReceiver().receive({
    headers: { get: name => getRequestHeader(event, name) ?? null },
    rawBody: await readBytes(event, limit),
  })
  setResponseHeaders(event, headers)
  if ('message' in body) throw httpError(status, body.message)
  return body
})

import getRawBody from 'raw-body'
import { defineEventHandler, getRequestHeader, setResponseHeader, setResponseHeaders } from 'h3'
import { httpError } from '../utils/errors.ts'
import { webhookReceiver } from '../utils/webhook-receiver.ts'

const limit = 1024 * 1024

/** Clerk's webhooks: raw body and headers in, status out. */
export default defineEventHandler(async (event) => {
  if (event.method !== 'POST') {
    setResponseHeader(event, 'allow', 'POST')
    throw httpError(405, 'Clerk sends webhooks by POST')
  }
  const length = getRequestHeader(event, 'content-length')
  const rawBody = await getRawBody(event.node.req, { encoding: 'utf-8', limit, length }).catch((error) => {
    // What is left of the body is not read.
    setResponseHeader(event, 'connection', 'close')
    throw httpError(error.statusCode, error.type === 'entity.too.large' ? 'A webhook is at most 1 MiB' : error.message)
  })
  const { status, headers, body } = await webhookReceiver().receive({
    headers: { get: name => getRequestHeader(event, name) ?? null },
    rawBody,
  })
  setResponseHeaders(event, headers)
  if ('message' in body) throw httpError(status, body.message)
  return body
})

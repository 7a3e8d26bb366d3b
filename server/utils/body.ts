import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { H3Event } from 'h3'
import { getRequestHeader, setResponseHeader } from 'h3'
import getRawBody from 'raw-body'
import { httpError } from './errors.ts'

/**
 * The body's bytes as they were sent, never more of them than the limit.
 * @param limit  in bytes
 * @throws 413 when it is longer, 400 when it ends before it is whole
 */
export function readBytes(event: H3Event, limit: number): Promise<Buffer> {
  const { req } = event.node
  const isServer = req instanceof IncomingMessage
  const stream = isServer ? req : given((req as { body?: unknown }).body)
  const length = isServer ? getRequestHeader(event, 'content-length') : undefined
  return getRawBody(stream, { limit, length }).catch((error) => {
    // What is left of the body is not read.
    if (isServer) setResponseHeader(event, 'connection', 'close')
    if (error.type === 'entity.too.large') throw httpError(413, `The body is over ${limit / 1024} KiB`)
    throw httpError(400, error.message)
  })
}

/** The body on a platform that calls a function for each request: text or bytes on AWS Lambda, a stream on Netlify. */
function given(body: unknown): Readable {
  if (body instanceof ReadableStream) return Readable.from(body as AsyncIterable<Uint8Array>)
  return Readable.from(Buffer.from((body ?? '') as string))
}

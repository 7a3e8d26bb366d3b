import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { H3Event } from 'h3'
import { getRequestHeader, setResponseHeader } from 'h3'
import getRawBody from 'raw-body'
import { httpError } from './errors.ts'

/**
 * Reads the body's bytes as they were sent, and never more than the limit.
 * @param limit  in bytes
 * @throws 413 when the body is longer, 400 when it ends too early
 */
export function readBytes(event: H3Event, limit: number): Promise<Buffer> {
  const { req } = event.node
  const isServer = req instanceof IncomingMessage
  const stream = isServer ? req : streamOf((req as { body?: unknown }).body)
  const length = isServer ? getRequestHeader(event, 'content-length') : undefined
  return getRawBody(stream, { limit, length }).catch((error) => {
    // The rest of the body is not read.
    if (isServer) setResponseHeader(event, 'connection', 'close')
    if (error.type === 'entity.too.large') throw httpError(413, `The body is over ${limit / 1024} KiB`)
    throw httpError(400, error.message)
  })
}

/** The body on a platform that calls a function for each request: text or bytes on AWS Lambda, a stream on Netlify. */
function streamOf(body: unknown): Readable {
  if (body instanceof ReadableStream) return Readable.from(body as AsyncIterable<Uint8Array>)
  return Readable.from(Buffer.from((body ?? '') as string))
}

import { IncomingMessage } from 'node:http'
import type { H3Event } from 'h3'
import { getRequestHeader, setResponseHeader } from 'h3'
import getRawBody from 'raw-body'
import { httpError } from './errors.ts'

/**
 * The body's bytes as they were sent, never more of them than the limit.
 * @param limit  in bytes
 * @throws 413 when it is longer, 400 when it ends before it is whole
 */
export async function readBytes(event: H3Event, limit: number): Promise<Buffer> {
  const { req } = event.node
  const tooLong = () => httpError(413, `The body is over ${limit / 1024} KiB`)
  if (!(req instanceof IncomingMessage)) return readGiven((req as { body?: unknown }).body, limit, tooLong)
  const length = getRequestHeader(event, 'content-length')
  return getRawBody(req, { limit, length }).catch((error) => {
    // What is left of the body is not read.
    setResponseHeader(event, 'connection', 'close')
    throw error.type === 'entity.too.large' ? tooLong() : httpError(400, error.message)
  })
}

/** Of a platform that calls a function for each request: a text on AWS Lambda, a stream of the Fetch API on Netlify. */
async function readGiven(body: unknown, limit: number, tooLong: () => Error): Promise<Buffer> {
  if (body === null || body === undefined) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body instanceof ReadableStream ? body : [Buffer.from(body as string)]) {
    length += chunk.length
    if (length > limit) throw tooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

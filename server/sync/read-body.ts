import { Readable } from 'node:stream'
import getRawBody from 'raw-body'

/** A request as Node's server, a framework on it, or a platform that calls functions has it. */
export interface BodySource {
  headers: Record<string, string | string[] | undefined>
  /** The body on a platform without streams, or what a parser made of it. */
  body?: unknown
  /** The bytes, where a parser kept them. */
  rawBody?: unknown
}

/** The body cannot be read. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 500
  constructor(status: 400 | 413 | 500, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * Reads the body's bytes as they were sent, and never more than the limit.
 * @param limit  in bytes
 * @throws BodyError with 413 when the body is longer, 400 when it ends too early, and 500 when a parser has read it and
 *   did not keep its bytes
 */
export async function readBody(request: BodySource, limit: number): Promise<Buffer> {
  const { body, rawBody } = request
  const kept = [rawBody, body].find(each => each instanceof Uint8Array) as Uint8Array | undefined
  if (kept) {
    if (kept.length > limit) throw tooLong(limit)
    return Buffer.from(kept.buffer, kept.byteOffset, kept.length)
  }
  const stream = streamOf(request)
  const length = request instanceof Readable ? request.headers['content-length'] as string | undefined : undefined
  return getRawBody(stream, { limit, length }).catch((error) => {
    throw error.type === 'entity.too.large' ? tooLong(limit) : new BodyError(400, error.message)
  })
}

const tooLong = (limit: number) => new BodyError(413, `The body is over ${limit / 1024} KiB`)

function streamOf(request: BodySource): Readable {
  const { body } = request
  if (request instanceof Readable && !request.readableDidRead) return request
  if (body instanceof ReadableStream) return Readable.from(body as AsyncIterable<Uint8Array>)
  if (!(request instanceof Readable) && (body === undefined || body === null || typeof body === 'string')) {
    return Readable.from(Buffer.from(body ?? ''))
  }
  throw new BodyError(
    500,
    'The body was parsed before it reached the webhook, and its bytes are gone. Mount the webhook before body parsers '
    + 'such as express.json(), or let the parser keep the bytes in rawBody',
  )
}

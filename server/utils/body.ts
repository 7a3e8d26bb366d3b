import type { IncomingMessage } from 'node:http'
import type { H3Event } from 'h3'
import { setResponseHeader } from 'h3'
import type { BodyError } from '../sync/read-body.ts'
import { readBody } from '../sync/read-body.ts'
import { httpError } from './errors.ts'

/**
 * Reads the body's bytes as they were sent, and never more than the limit.
 * @param limit  in bytes
 * @throws 413 when the body is longer, 400 when it ends too early
 */
export function readBytes(event: H3Event, limit: number): Promise<Buffer> {
  const request = event.node.req as IncomingMessage & { body?: unknown }
  return readBody(request, limit).catch(({ status, message }: BodyError) => {
    // The rest of the body is not read.
    setResponseHeader(event, 'connection', 'close')
    throw httpError(status, message)
  })
}

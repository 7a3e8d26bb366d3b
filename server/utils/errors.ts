import { STATUS_CODES } from 'node:http'
import { createError } from 'h3'
import mongoose from 'mongoose'
import { DeadlineExceeded, requestTimeoutMS, within } from '../deadline.ts'
import { WriteFailed } from '../database/write-batch.ts'
import { DomainError } from '../errors.ts'
import { log } from './log.ts'

/** h3's error with the status's own name. `message` says what to do, `data` what a program may read. */
export function httpError(statusCode: number, message: string, data?: unknown, cause?: unknown) {
  return createError({ statusCode, statusMessage: STATUS_CODES[statusCode], message, data, cause })
}

/** @throws the HTTP error for what a domain function threw; an unknown error as it is, which answers 500 */
function asHttpError(error: unknown): never {
  // The cause carries Retry-After: server/error-handler.ts.
  if (error instanceof DomainError) {
    throw httpError(error.status, error.message, { code: error.code, ...error.data }, error)
  }
  const { MongooseError, mongo: { MongoError } } = mongoose
  if ([MongoError, MongooseError, WriteFailed, DeadlineExceeded].some(kind => error instanceof kind)) {
    log.error('The database did not respond', { error: (error as Error).message })
    // A write may have arrived all the same: every one of ours can be sent again.
    throw httpError(503, 'The database is unavailable. Try again in a moment')
  }
  throw error
}

/**
 * The result of a domain function, in time.
 * @throws the HTTP error for what it threw; 503 when it took too long
 */
export function answer<T>(work: Promise<T>, timeoutMS = requestTimeoutMS): Promise<T> {
  return within(timeoutMS, work).catch(asHttpError)
}

import { STATUS_CODES } from 'node:http'
import mongoose from 'mongoose'
import { requestTimeoutMS } from '../database/connection.ts'
import { DeadlineExceeded, within } from '../deadline.ts'
import { ClerkUnavailable } from '../profiles/identities.ts'
import { ProfileChanged, ProfileGone } from '../profiles/profile.ts'
import { TooManyViews } from '../profiles/saved-views.ts'
import { InvalidCursor } from '../profiles/search/cursor.ts'

/** h3's error with the status's own name. `message` says what to do, `data` what a program may read. */
export function httpError(statusCode: number, message: string, data?: unknown) {
  return createError({ statusCode, statusMessage: STATUS_CODES[statusCode], message, data })
}

/** @throws the HTTP error for what a domain function threw; an unknown error as it is, which answers 500 */
function asHttpError(error: unknown): never {
  if (error instanceof InvalidCursor) throw httpError(400, error.message, { fields: { cursor: [error.message] } })
  if (error instanceof TooManyViews) throw httpError(409, error.message)
  if (error instanceof ClerkUnavailable) throw httpError(503, error.message)
  if (error instanceof ProfileGone) throw httpError(410, error.message)
  if (error instanceof ProfileChanged) throw httpError(412, error.message)
  if (error instanceof mongoose.mongo.MongoError || error instanceof mongoose.MongooseError || error instanceof DeadlineExceeded) {
    log.error('The database did not answer', { error: error.message })
    // A write may have arrived all the same: every one of ours can be sent again.
    throw httpError(503, 'The database is not reachable. Try again in a moment')
  }
  throw error
}

/**
 * What a domain function gives, in time.
 * @throws the HTTP error for what it threw; 503 when it took too long
 */
export function answer<T>(work: Promise<T>): Promise<T> {
  return within(requestTimeoutMS, work).catch(asHttpError)
}

import { STATUS_CODES } from 'node:http'
import mongoose from 'mongoose'
import { createError } from 'h3'
import { IndexMissing } from '../database/indexes.ts'
import { DeadlineExceeded, requestTimeoutMS, within } from '../deadline.ts'
import { UserUnknown } from '../admin/user.ts'
import { ClerkUnavailable } from '../clerk/identities.ts'
import { ProfileChanged, ProfileGone } from '../profiles/profile.ts'
import { TooManyViews } from '../admin/saved-views.ts'
import { InvalidCursor } from '../admin/search/cursor.ts'
import { UnreadableFile } from '../admin/import/unreadable-file.ts'
import { log } from './log.ts'

/** h3's error with the status's own name. `message` says what to do, `data` what a program may read. */
export function httpError(statusCode: number, message: string, data?: unknown) {
  return createError({ statusCode, statusMessage: STATUS_CODES[statusCode], message, data })
}

/** What the domain throws, and the status that says it. */
const statuses = [
  [InvalidCursor, 400], [UserUnknown, 404], [TooManyViews, 409], [ProfileGone, 410], [ProfileChanged, 412], [UnreadableFile, 422], [ClerkUnavailable, 503],
] as const

/** @throws the HTTP error for what a domain function threw; an unknown error as it is, which answers 500 */
function asHttpError(error: unknown): never {
  for (const [kind, status] of statuses) {
    if (error instanceof kind) throw httpError(status, error.message, error instanceof InvalidCursor ? { fields: { cursor: [error.message] } } : undefined)
  }
  if (error instanceof IndexMissing) throw httpError(503, error.message)
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

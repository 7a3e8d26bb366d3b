/** An error that a domain function throws on purpose. Its message says what is wrong, and what to do. */
export abstract class DomainError extends Error {
  /** The HTTP status that answers it. */
  abstract readonly status: number
  /** What a program may read beside the message. */
  readonly data?: object
  /** When another try may succeed. */
  readonly retryAfterSeconds?: number
}

/** The cursor was not made by this app for this order. */
export class InvalidCursor extends DomainError {
  readonly status = 400
  override readonly data = { fields: { cursor: [this.message] } }
}

/** Neither Clerk nor the database has this user. */
export class UserUnknown extends DomainError {
  readonly status = 404
}

/** The admin has as many saved views as one may keep. */
export class TooManyViews extends DomainError {
  readonly status = 409
}

/** The Clerk user was deleted: nothing is written about them any more. */
export class ProfileGone extends DomainError {
  readonly status = 410
}

/** The profile was saved elsewhere, often by the same user in another tab, after this edit started. */
export class ProfileChanged extends DomainError {
  readonly status = 412
}

/** The file cannot be read any further. */
export class UnreadableFile extends DomainError {
  readonly status = 422
}

/** The user writes too often. */
export class RateLimited extends DomainError {
  readonly status = 429
  override readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super(`Too many changes in a short time. Try again in ${retryAfterSeconds} seconds`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Only Clerk has the answer, and Clerk did not respond. */
export class ClerkUnavailable extends DomainError {
  readonly status = 503
}

/** An index that writes rely on could not be built: nothing is written until an operator has mended it. */
export class IndexMissing extends DomainError {
  readonly status = 503
}

/** The first count is still running. */
export class StillCounting extends DomainError {
  readonly status = 503
  override readonly retryAfterSeconds = 5
}

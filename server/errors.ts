import type { MessageParams } from '../shared/issues.ts'

/** An expected error of a domain function. Its message says what is wrong and what to do. */
export abstract class DomainError extends Error {
  /** The HTTP status of the response. */
  abstract readonly status: number
  /** By which a page translates the message: `error` in i18n/locales. */
  abstract readonly code: string
  /** Machine-readable details for the response. */
  readonly data?: object
  /** Seconds after which a retry may succeed. */
  readonly retryAfterSeconds?: number
}

/** The cursor was not created by this app, or belongs to another order. */
export class InvalidCursor extends DomainError {
  readonly status = 400
  readonly code = 'invalid_cursor'
  override readonly data = { fields: { cursor: [this.message] } }
}

/** Neither Clerk nor the database has this user. */
export class UserUnknown extends DomainError {
  readonly status = 404
  readonly code = 'user_unknown'
}

/** The admin has the maximum number of saved views. */
export class TooManyViews extends DomainError {
  readonly status = 409
  readonly code = 'too_many_views'
}

/** The Clerk user was deleted, so the app no longer writes their profile. */
export class ProfileGone extends DomainError {
  readonly status = 410
  readonly code = 'profile_gone'
}

/** The profile changed after the edit started, for example because the same user saved it in another tab. */
export class ProfileChanged extends DomainError {
  readonly status = 412
  readonly code = 'profile_changed'
}

/** The import cannot read the file, or the rest of it. */
export class UnreadableFile extends DomainError {
  readonly status = 422
  readonly code: string
  override readonly data: { params: MessageParams }
  constructor(code: string, message: string, params: MessageParams = {}) {
    super(message)
    this.code = code
    this.data = { params }
  }
}

/** The user writes too often. */
export class RateLimited extends DomainError {
  readonly status = 429
  readonly code = 'rate_limited'
  override readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super(`Too many changes in a short time. Try again in ${retryAfterSeconds} seconds`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Another process, or another admin, is running the same work. */
export class LeaseHeld extends DomainError {
  readonly status = 409
  readonly code = 'lease_held'
}

/** The database belongs to another Clerk instance than the keys or the event. */
export class WrongInstance extends DomainError {
  readonly status = 409
  readonly code = 'wrong_instance'
}

/** Clerk does not accept the secret key. */
export class ClerkRefused extends DomainError {
  readonly status = 503
  readonly code = 'clerk_refused'
}

/** The query would read too much. */
export class QueryTooSlow extends DomainError {
  readonly status = 503
  readonly code = 'query_too_slow'
}

/** The request needs data from Clerk, and Clerk did not respond. */
export class ClerkUnavailable extends DomainError {
  readonly status = 503
  readonly code = 'clerk_unavailable'
}

/** An index that writes rely on could not be built. The app writes nothing until an operator has fixed it. */
export class IndexMissing extends DomainError {
  readonly status = 503
  readonly code = 'index_missing'
}

/** The first count is still running. */
export class StillCounting extends DomainError {
  readonly status = 503
  readonly code = 'still_counting'
  override readonly retryAfterSeconds = 5
}

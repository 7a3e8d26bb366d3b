import { createHash, timingSafeEqual } from 'node:crypto'
import { getRequestHeader } from 'h3'
import type { H3Event } from 'h3'
import { errors } from '../errors.ts'

/** Requests that the Backend API answers in a second; 0 for no limit. */
export interface RateLimit {
  perSecond: number
}

/**
 * Guards the Backend API with the secret key, and counts requests against the rate limit.
 * @returns a function that throws a ClerkError for a wrong key, and when the limit is exceeded
 */
export function createAuthorization(secretKey: string, rateLimit: RateLimit): (event: H3Event) => void {
  const expected = digest(`Bearer ${secretKey}`)
  let second = 0
  let requests = 0

  return (event) => {
    if (!timingSafeEqual(digest(getRequestHeader(event, 'authorization') ?? ''), expected)) throw errors.wrongKey()
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) {
      second = now
      requests = 0
    }
    if (rateLimit.perSecond > 0 && ++requests > rateLimit.perSecond) throw errors.rateLimited()
  }
}

/** Digests have one length, which `timingSafeEqual` needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

import type { H3Event } from 'h3'
import { setResponseHeader } from 'h3'
import { database } from '../database/connection.ts'
import { countWrite, RateLimited } from '../database/rate-limits.ts'
import { answer, httpError } from './errors.ts'

/** @throws 429 with Retry-After when the user writes too often */
export function limitWrites(event: H3Event, clerk_id: string): Promise<void> {
  return answer(database().then(() => countWrite(clerk_id))).catch((error) => {
    if (!(error instanceof RateLimited)) throw error
    setResponseHeader(event, 'retry-after', error.retryAfterSeconds)
    throw httpError(429, error.message)
  })
}

import { database } from '../database/connection.ts'
import { countWrite } from '../database/rate-limits.ts'
import { answer } from './errors.ts'

/** @throws 429 with Retry-After when the user writes too often */
export function limitWrites(clerk_id: string): Promise<void> {
  return answer(database().then(() => countWrite(clerk_id)))
}

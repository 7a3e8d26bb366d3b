import mongoose from 'mongoose'
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible'
import { RateLimited } from '../errors.ts'

/** The limit per user. */
const writesPerMinute = 60

let writes: RateLimiterMongo | undefined

/** Opens the collection `rate_limits`. The counts are in MongoDB, so several processes share one limit. */
export async function openRateLimits(): Promise<void> {
  const { connection } = mongoose
  writes = new RateLimiterMongo({
    storeClient: connection.getClient().db(connection.name),
    tableName: 'rate_limits',
    keyPrefix: 'write',
    points: writesPerMinute,
    duration: 60,
    disableIndexesCreation: true,
  })
  await writes.createIndexes()
}

/**
 * Counts a write of a user.
 * @throws RateLimited when it exceeds the limit
 * @throws MongoError when the database is unavailable
 */
export async function countWrite(clerk_id: string): Promise<void> {
  await writes!.consume(clerk_id).catch((reason: unknown) => {
    if (reason instanceof RateLimiterRes) throw new RateLimited(Math.ceil(reason.msBeforeNext / 1_000))
    throw reason
  })
}

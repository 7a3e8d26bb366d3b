import { todayInUTC } from '../../../shared/calendar.ts'
import type { AdminProfile } from '../../../shared/answers.ts'
import { collection } from '../../database/connection.ts'
import { freeGarbage } from '../../free-garbage.ts'
import { conditionsOf } from './criteria.ts'
import { orderOf } from './order.ts'
import { findRows, streamedFields, toAdminProfile } from './profile-rows.ts'
import type { Row } from './profile-rows.ts'
import type { Search } from './search-profiles.ts'

/** Larger batches take more memory, but no less time. */
const batchSize = 200

/**
 * Reads all profiles that a search finds, in order and in batches. It reads at most one batch ahead of its consumer.
 * @throws MongoError when the database is unavailable
 */
export async function* streamProfiles(
  { sort, today = todayInUTC(), ...filter }: Search,
): AsyncGenerator<AdminProfile[]> {
  const profiles = await collection<Row>('profiles')
  const conditions = conditionsOf(filter, today, sort)
  for (const segment of orderOf(sort, today)) {
    await using rows = findRows(profiles, segment, conditions).batchSize(batchSize).project<Row>(streamedFields)
    let hasMore = rows.hasNext()
    let batches = 0
    try {
      while (await hasMore) {
        const batch = rows.readBufferedDocuments()
        // Fetch the next batch while the consumer processes this one.
        hasMore = rows.hasNext()
        // If the consumer has stopped, nobody awaits this promise. Otherwise the await above throws its error.
        hasMore.catch(() => {})
        yield batch.map(toAdminProfile)
        // What the consumer still needs of this batch survives once, and is free two batches later.
        if (++batches % 2 === 0) freeGarbage()
      }
    }
    finally {
      // A cursor that is closed during a fetch stays open in the database, so wait for the fetch first.
      await hasMore.catch(() => {})
    }
  }
}

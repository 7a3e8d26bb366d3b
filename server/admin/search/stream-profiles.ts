import { todayInUTC } from '../../../shared/calendar.ts'
import type { AdminProfile } from '../../../shared/search.ts'
import { database } from '../../database/connection.ts'
import { choosePath } from './access-path.ts'
import { conditionsOf } from './criteria.ts'
import { orderOf } from './order.ts'
import { findRows, streamedFields, toAdminProfile } from './profile-rows.ts'
import type { Row } from './profile-rows.ts'
import { profileSample } from './sample.ts'
import type { Search } from './search-profiles.ts'

/** Larger batches take more memory, and no less time. */
const batchSize = 500

/**
 * Reads every profile that a search finds, in order and in batches. It reads one batch ahead of its reader, and no more.
 * @throws MongoError when the database does not answer
 */
export async function* streamProfiles(
  { sort, today = todayInUTC(), ...filter }: Search,
): AsyncGenerator<AdminProfile[]> {
  await database()
  const conditions = conditionsOf(filter, today)
  const sample = await profileSample()
  for (const segment of orderOf(sort, today)) {
    const { hint } = choosePath(sample, [...conditions, ...segment.where], segment.keys, Infinity)
    await using rows = findRows(segment, conditions, hint).batchSize(batchSize).project<Row>(streamedFields)
    let hasMore = rows.hasNext()
    try {
      while (await hasMore) {
        const batch = rows.readBufferedDocuments()
        // The next batch is fetched while the reader works on this one.
        hasMore = rows.hasNext()
        // A reader that has left does not see this error; the await above throws it otherwise.
        hasMore.catch(() => {})
        yield batch.map(toAdminProfile)
      }
    }
    finally {
      // A cursor that is closed while it fetches stays open in the database: wait for the batch first.
      await hasMore.catch(() => {})
    }
  }
}

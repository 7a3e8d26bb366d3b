import { completeAudit, recordAudit } from '../../database/audit.ts'
import { database } from '../../database/connection.ts'
import type { ExportQuery } from '../../../shared/export.ts'
import { streamProfiles } from '../search/stream-profiles.ts'
import type { Search } from '../search/search-profiles.ts'
import { writeRows } from './write-rows.ts'

/**
 * Exports the profiles that a search finds, as pieces of a file. It writes an audit entry before the first row, and
 * adds the number of rows when the export ends or is cancelled.
 * @throws MongoError when the database is unavailable
 */
export async function* exportProfiles(
  search: Search,
  { actor_id, ...format }: Pick<ExportQuery, 'format' | 'bom'> & { actor_id: string },
): AsyncGenerator<string> {
  await database()
  const fields = Object.keys(search.filter)
  const [entry] = await recordAudit([{ actor_id, action: 'profiles.export', fields, count: 0 }])
  let count = 0
  async function* counted() {
    for await (const rows of streamProfiles(search)) {
      count += rows.length
      yield rows
    }
  }
  try {
    yield* writeRows(counted(), format)
  }
  finally {
    await completeAudit(entry!, count)
  }
}

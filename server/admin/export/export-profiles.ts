import { completeAudit, recordAudit } from '../../database/audit.ts'
import { database } from '../../database/connection.ts'
import type { ExportQuery } from '../../../shared/export.ts'
import { streamProfiles } from '../search/stream-profiles.ts'
import type { Search } from '../search/search-profiles.ts'
import { writeRows } from './write-rows.ts'

/**
 * The profiles that a search finds, as a file in pieces. It is in the audit log before the first of them, and with their
 * number at the end, however far it came.
 * @throws MongoError when the database does not answer
 */
export async function* exportProfiles(
  search: Search,
  { actor_id, ...format }: Pick<ExportQuery, 'format' | 'bom'> & { actor_id: string },
): AsyncGenerator<string> {
  await database()
  const [entry] = await recordAudit([{ actor_id, action: 'profiles.export', fields: Object.keys(search.filter), count: 0 }])
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

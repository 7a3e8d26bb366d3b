import { collection } from '../../database/connection.ts'
import type { ProfileDocument } from '../../database/profiles.ts'
import type { PreparedFilter } from './prepare-filter.ts'

/**
 * The users that a search by name alone finds in Clerk and that have no profile yet.
 * @returns their clerk_ids; none if the search has another filter
 */
export async function withoutProfile({ filter, found }: PreparedFilter): Promise<string[]> {
  if (!found || Object.keys(filter).length > 1) return []
  const profiles = await collection<ProfileDocument>('profiles')
  const rows = await profiles.find({ clerk_id: { $in: found } }, { projection: { clerk_id: 1 } }).toArray()
  const stored = new Set(rows.map(({ clerk_id }) => clerk_id))
  return found.filter(id => !stored.has(id))
}

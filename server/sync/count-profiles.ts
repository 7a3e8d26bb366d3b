import { collection } from '../database/connection.ts'
import type { ProfileDocument } from '../database/profiles.ts'

/**
 * Counts the profiles that are not tombstones. The collection's own number of documents costs nothing, and there are
 * few tombstones.
 */
export async function countProfiles(): Promise<number> {
  const profiles = await collection<ProfileDocument>('profiles')
  const [all, deleted] = await Promise.all([
    profiles.estimatedDocumentCount(),
    profiles.countDocuments({ deleted_at: { $type: 'date' } }),
  ])
  return all - deleted
}

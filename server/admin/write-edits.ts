import { fieldNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { connectedDatabase } from '../database/connection.ts'
import { alive, byClerkId } from '../database/profile-filters.ts'
import { Profile } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { updateBatch } from '../database/write-batch.ts'
import type { StatementError } from '../database/write-batch.ts'
import { requestTimeoutMS } from '../deadline.ts'
import { updateFor } from '../profiles/profile.ts'

// Reads and writes many profiles at once. The caller is connected before it reads.

/** The fields that are read before a profile is changed. */
export type StoredProfile = Pick<ProfileDocument, 'clerk_id' | 'deleted_at' | 'birth_month_day' | ProfileField>

const read = ['clerk_id', 'deleted_at', 'birth_month_day', ...fieldNames]
const projection = Object.fromEntries(read.map(name => [name, 1]))

/** Finds the rows of users, including tombstones, by clerk_id. */
export async function findProfiles(clerk_ids: string[]): Promise<Map<string, StoredProfile>> {
  const rows = await Profile.collection
    .find<StoredProfile>({ clerk_id: { $in: [...new Set(clerk_ids)] } }, { projection })
    .toArray()
  return new Map(rows.map(row => [row.clerk_id, row]))
}

export interface UserEdit {
  clerk_id: string
  edit: ProfileEdit
  /** Creates the row if there is none. */
  upsert: boolean
  /** A further condition on the row. It requires `upsert: true`, so that a row that does not match is an error. */
  guard?: object
}

/**
 * Writes the edits of many users, one per user, in one durable batch.
 * @returns the errors of refused edits, by clerk_id; all other edits are durable
 * @throws MongoError when the outcome of an edit is unknown
 */
export async function writeEdits(edits: UserEdit[]): Promise<Map<string, StatementError>> {
  const statements = edits.map(({ clerk_id, edit, upsert, guard }) => ({
    q: { ...alive(clerk_id), ...guard }, u: updateFor(edit), upsert, hint: byClerkId,
  }))
  const options = { timeoutMS: requestTimeoutMS }
  const { errors } = await updateBatch(await connectedDatabase(), 'profiles', statements, options)
  return new Map([...errors].map(([index, error]) => [edits[index]!.clerk_id, error]))
}

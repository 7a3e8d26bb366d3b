import type { mongo } from 'mongoose'
import { fieldNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField } from '../../shared/profile.ts'
import { alive, Profile } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { writeBatch } from '../database/write-batch.ts'
import { requestTimeoutMS } from '../deadline.ts'
import { updateFor } from '../profiles/profile.ts'

// For what changes many profiles at once. Callers are connected; those that write have awaited database().

/** What is read of a profile before it is changed. */
export type StoredProfile = Pick<ProfileDocument, 'clerk_id' | 'deleted_at' | 'birth_month_day' | ProfileField>

const read = ['clerk_id', 'deleted_at', 'birth_month_day', ...fieldNames]
const projection = Object.fromEntries(read.map(name => [name, 1]))

/** The rows of users, tombstones among them, by clerk_id. */
export async function findProfiles(clerk_ids: string[]): Promise<Map<string, StoredProfile>> {
  const rows = await Profile.collection
    .find<StoredProfile>({ clerk_id: { $in: [...new Set(clerk_ids)] } }, { projection })
    .toArray()
  return new Map(rows.map(row => [row.clerk_id, row]))
}

export interface UserEdit {
  clerk_id: string
  edit: ProfileEdit
  /** Makes the row where there is none. */
  upsert: boolean
  /** Another condition on the row. With it, `upsert` has to be true: then a row that it does not fit is refused. */
  guard?: object
}

/**
 * Writes one edit for each of many users, in one durable batch.
 * @returns the errors of the edits that were refused, by clerk_id; the others are durable
 * @throws MongoError when it is not known of each edit that it is durable
 */
export async function writeEdits(edits: UserEdit[]): Promise<Map<string, mongo.WriteError>> {
  const errors = await writeBatch(Profile, edits.map(({ clerk_id, edit, upsert, guard }) => ({
    updateOne: { filter: { ...alive(clerk_id), ...guard }, update: updateFor(edit), upsert },
  })), requestTimeoutMS)
  return new Map([...errors].map(([index, error]) => [edits[index]!.clerk_id, error]))
}

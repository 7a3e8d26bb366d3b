import { Profile } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { database } from '../database/connection.ts'
import { duplicateKey, durable } from '../database/write-batch.ts'
import { profileFields } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileField, ProfileView } from '../../shared/profile.ts'

/** The Clerk user was deleted: nothing is written about them any more. */
export class ProfileGone extends Error {}

const fields = Object.keys(profileFields.shape) as ProfileField[]
const alive = (clerk_id: string) => ({ clerk_id, deleted_at: { $exists: false } })

function view(row: Partial<ProfileDocument> | null): ProfileView {
  const values = Object.fromEntries(fields.map(field => [field, row?.[field] ?? null])) as Pick<ProfileView, ProfileField>
  return { ...values, visibility: row?.visibility ?? 'private' }
}

/** @returns the extended fields; all null where there is no row yet */
export async function readProfile(clerk_id: string): Promise<ProfileView> {
  await database()
  return view(await Profile.findOne(alive(clerk_id)).lean<Partial<ProfileDocument>>())
}

/**
 * Sets and clears (null) fields in one atomic write, and makes the row where the user came before the event.
 * @throws ProfileGone when the user was deleted
 */
export async function editProfile(clerk_id: string, edit: ProfileEdit): Promise<ProfileView> {
  await database()
  const now = new Date()
  // What the user sets is theirs: no seed may replace it.
  const seeds = Object.fromEntries(Object.keys(edit).map(field => [`seeded_from.${field}`, 1]))
  const derived = edit.birthday === undefined ? {} : { birth_month_day: edit.birthday?.slice(5) ?? null }
  const update = {
    $set: { ...edit, ...derived, updated_at: now },
    $unset: seeds,
    $setOnInsert: { clerk_updated_at: new Date(0), created_at: now, ...!edit.visibility && { visibility: 'private' } },
  }
  const write = (upsert: boolean) => Profile.collection.findOneAndUpdate(alive(clerk_id), update, {
    upsert, returnDocument: 'after', writeConcern: durable,
  })
  const row = await write(true).catch((error) => {
    if (error.code !== duplicateKey) throw error
    // A tombstone; or somebody made the row a moment ago, and this write finds it.
    return write(false)
  })
  if (!row) throw new ProfileGone('This account was deleted')
  return view(row as Partial<ProfileDocument>)
}

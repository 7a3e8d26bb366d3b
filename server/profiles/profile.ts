import { createHash } from 'node:crypto'
import { database } from '../database/connection.ts'
import { alive, fieldOf, Profile, settingOf, timeOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { duplicateKey, durable } from '../database/write-batch.ts'
import { emptyProfile, fieldNames, settingNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileView } from '../../shared/profile.ts'
import { ProfileGone, ProfileChanged } from '../errors.ts'

/** Null where a field is not set; all of them where there is no row. */
export function viewOf(row: Partial<ProfileDocument> | null): ProfileView {
  return Object.fromEntries([
    ...fieldNames.map(field => [field, fieldOf(row, field)]),
    ...settingNames.map(setting => [setting, settingOf(row, setting)]),
  ]) as ProfileView
}

/**
 * The version of a user's profile, as an ETag without its quotes. By content: an event of Clerk's that leaves
 * the fields as they are does not outdate the form that somebody has open. It fits no other user's profile,
 * however equal.
 */
export function versionOf(clerk_id: string, profile: ProfileView): string {
  const values = Object.keys(emptyProfile()).map(name => profile[name as keyof ProfileView])
  return createHash('sha256').update(JSON.stringify([clerk_id, ...values])).digest('base64url').slice(0, 22)
}

/** @returns the extended fields; all null where there is no row yet */
export async function readProfile(clerk_id: string): Promise<ProfileView> {
  await database()
  return viewOf(await Profile.collection.findOne<ProfileDocument>(alive(clerk_id)))
}

/**
 * Sets and clears (null) fields in one atomic write, and makes the row where the user came before the event.
 * @param versions  when given, the edit applies only to a profile that has one of these versions
 * @throws ProfileGone when the user was deleted
 * @throws ProfileChanged when the stored version is another one
 */
export async function editProfile(clerk_id: string, edit: ProfileEdit, versions?: string[]): Promise<ProfileView> {
  await database()
  const guard = versions ? await guardOf(clerk_id, versions) : {}
  const write = (upsert: boolean) => Profile.collection.findOneAndUpdate({ ...alive(clerk_id), ...guard }, updateFor(edit), {
    upsert, returnDocument: 'after', writeConcern: durable,
  })
  const row = await write(true).catch((error) => {
    if (error.code !== duplicateKey) throw error
    // A tombstone or another version; or somebody made the row a moment ago, and this write finds it.
    return write(false)
  })
  if (row) return viewOf(row as Partial<ProfileDocument>)
  // Told apart by another look, which throws what it finds.
  if (versions) return editProfile(clerk_id, edit, versions)
  throw new ProfileGone('This account was deleted')
}

/** The update, or upsert, of a row that an edit is. */
export function updateFor(edit: ProfileEdit) {
  const now = new Date()
  // What somebody sets is theirs: no seed may replace it.
  const seeds = Object.fromEntries(Object.keys(edit).map(field => [`seeded_from.${field}`, 1 as const]))
  const derived = edit.birthday === undefined ? {} : { birth_month_day: edit.birthday?.slice(5) ?? null }
  return {
    $set: { ...edit, ...derived, updated_at: now },
    $unset: seeds,
    $setOnInsert: { clerk_updated_at: new Date(0), created_at: now, ...!edit.visibility && { visibility: 'private' } },
  }
}

/** Clears every field and closes the profile. Null, not absent: a late event does not seed it again. */
export function eraseProfile(clerk_id: string): Promise<ProfileView> {
  return editProfile(clerk_id, emptyProfile())
}

/**
 * The condition that a row still holds what it does now. In a double negation, of which an upsert takes
 * no values: a row that it makes has no fields but those of the edit.
 */
async function guardOf(clerk_id: string, versions: string[]) {
  const row = await Profile.collection.findOne<ProfileDocument>({ clerk_id })
  if (timeOf(row, 'deleted_at')) throw new ProfileGone('This account was deleted')
  const current = viewOf(row)
  if (!versions.includes(versionOf(clerk_id, current))) throw new ProfileChanged('The profile was changed since you loaded it. Load it again, and decide which values to keep')
  const none = emptyProfile()
  return { $and: (Object.keys(none) as (keyof ProfileView)[]).map((name) => {
    const stored = row?.[name] ?? null
    // What does not fit its field is shown as not set, and compared as it is.
    if (stored !== null && stored !== current[name]) return { [name]: { $not: { $ne: stored } } }
    return { [name]: { $not: { $nin: current[name] === none[name] ? [current[name], null] : [current[name]] } } }
  }) }
}

import { createHash } from 'node:crypto'
import { collection } from '../database/connection.ts'
import { alive } from '../database/profile-filters.ts'
import { fieldOf, settingOf, timeOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { duplicateKey, durable } from '../database/durable.ts'
import { emptyProfile, fieldNames, settingNames } from '../../shared/profile.ts'
import type { ProfileEdit, ProfileView } from '../../shared/profile.ts'
import { tokenFields } from '../../shared/token.ts'
import { ProfileGone, ProfileChanged } from '../errors.ts'

/** The fields and settings of a row. A field without a value is null; without a row all are. */
export function viewOf(row: Partial<ProfileDocument> | null): ProfileView {
  return Object.fromEntries([
    ...fieldNames.map(field => [field, fieldOf(row, field)]),
    ...settingNames.map(setting => [setting, settingOf(row, setting)]),
  ]) as ProfileView
}

/**
 * The version of a user's profile, as an ETag without its quotes. It is a hash of the content, so that an event which
 * leaves the fields unchanged does not outdate an open form. It includes the user's id, so that it never matches the
 * profile of another user.
 */
export function versionOf(clerk_id: string, profile: ProfileView): string {
  const values = Object.keys(emptyProfile()).map(name => profile[name as keyof ProfileView])
  return createHash('sha256').update(JSON.stringify([clerk_id, ...values])).digest('base64url').slice(0, 22)
}

/** @returns the profile; all fields are null if there is no row yet */
export async function readProfile(clerk_id: string): Promise<ProfileView> {
  const profiles = await collection<ProfileDocument>('profiles')
  return viewOf(await profiles.findOne(alive(clerk_id)))
}

/**
 * Sets and clears (null) fields in one atomic write. Creates the row if no event has created it yet.
 * @param versions  if given, the edit applies only to a profile with one of these versions
 * @throws ProfileGone when the user was deleted
 * @throws ProfileChanged when the stored profile has another version
 */
export async function editProfile(clerk_id: string, edit: ProfileEdit, versions?: string[]): Promise<ProfileView> {
  const profiles = await collection<ProfileDocument>('profiles')
  const guard = versions ? await guardOf(clerk_id, versions) : {}
  const write = (upsert: boolean) => profiles.findOneAndUpdate(
    { ...alive(clerk_id), ...guard },
    updateFor(edit),
    { upsert, returnDocument: 'after', writeConcern: durable },
  )
  const row = await write(true).catch((error) => {
    if (error.code !== duplicateKey) throw error
    // The row is a tombstone or has another version, or it was created a moment ago and the second write finds it.
    return write(false)
  })
  if (row) return viewOf(row as Partial<ProfileDocument>)
  // The guard did not match. The next attempt reads the row again and throws the error that fits.
  if (versions) return editProfile(clerk_id, edit, versions)
  throw new ProfileGone('This account was deleted')
}

/** The MongoDB update, also used for upserts, that applies an edit. */
export function updateFor(edit: ProfileEdit) {
  const now = new Date()
  // A field without seeded_from belongs to the user: no seed may replace it.
  const seeds = Object.fromEntries(Object.keys(edit).map(field => [`seeded_from.${field}`, 1 as const]))
  const derived = edit.birthday === undefined ? {} : { birth_month_day: edit.birthday?.slice(5) ?? null }
  const due = tokenFields().some(field => field in edit) ? { token_due: now } : {}
  return {
    $set: { ...edit, ...derived, ...due, updated_at: now },
    $unset: seeds,
    $setOnInsert: {
      clerk_updated_at: new Date(0),
      created_at: now,
      ...!edit.visibility && { visibility: 'private' as const },
    },
  }
}

/** Clears every field and makes the profile private. Fields become null, not absent: no late seed fills them. */
export function eraseProfile(clerk_id: string): Promise<ProfileView> {
  return editProfile(clerk_id, emptyProfile())
}

/**
 * A filter that matches the row only while its fields keep their current values. It uses double negation, because an
 * upsert would copy the values of plain conditions into the row that it creates.
 */
async function guardOf(clerk_id: string, versions: string[]) {
  const profiles = await collection<ProfileDocument>('profiles')
  const row = await profiles.findOne({ clerk_id })
  if (timeOf(row, 'deleted_at')) throw new ProfileGone('This account was deleted')
  const current = viewOf(row)
  if (!versions.includes(versionOf(clerk_id, current))) {
    throw new ProfileChanged(
      'The profile was changed after you loaded it. Load it again, and decide which values to keep',
    )
  }
  const none = emptyProfile()
  return {
    $and: (Object.keys(none) as (keyof ProfileView)[]).map((name) => {
      const stored = row?.[name] ?? null
      // An invalid value is shown as not set, but compared as it is stored.
      if (stored !== null && stored !== current[name]) return { [name]: { $not: { $ne: stored } } }
      const same = current[name] === none[name] ? [current[name], null] : [current[name]]
      return { [name]: { $not: { $nin: same } } }
    }),
  }
}

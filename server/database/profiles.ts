import { model, mongo, Schema } from 'mongoose'
import * as z from 'zod/mini'
import { fieldNames, metaOf, profileFields } from '../../shared/profile.ts'
import { choiceFields } from '../../shared/search.ts'
import type { ProfileField, ProfileFields, ProfileSettings } from '../../shared/profile.ts'
import { tokenFields } from '../../shared/token.ts'
import { tombstoneRetention } from './retention.ts'

/** A row. An absent field was never set; a field that is null was cleared by the user. */
export type ProfileDocument = Partial<ProfileSettings> & { [Field in ProfileField]?: ProfileFields[Field] | null } & {
  clerk_id: string
  /** 'MM-DD', derived from the birthday when it is written. */
  birth_month_day?: string | null
  /** For each field with a seed: the version of the Clerk user that the seed came with. */
  seeded_from?: Partial<Record<ProfileField, Date>>
  created_at?: Date
  updated_at?: Date
  /** The version of the Clerk user that was last applied; the epoch if no event has been applied yet. */
  clerk_updated_at?: Date
  /** Only on a tombstone. */
  deleted_at?: Date
  /** The last sign-in, with LAST_SEEN=on. */
  last_seen_at?: Date
  /** Since when a field with inToken waits to be sent to Clerk. */
  token_due?: Date
}

const schema = new Schema<ProfileDocument>(
  {
    clerk_id: { type: String, required: true },
    // Zod has validated their values.
    ...Object.fromEntries(fieldNames.map(field => [field, Schema.Types.Mixed])),
    birth_month_day: String,
    visibility: String,
    birthday_visibility: String,
    seeded_from: Schema.Types.Mixed,
    created_at: Date,
    updated_at: Date,
    clerk_updated_at: Date,
    deleted_at: Date,
    last_seen_at: Date,
    token_due: Date,
  },
  { collection: 'profiles', versionKey: false },
)

schema.index({ clerk_id: 1 }, { unique: true })
// The directory.
schema.index({ visibility: 1, _id: 1 }, { partialFilterExpression: { visibility: 'public' } })
schema.index({ deleted_at: 1 }, { expireAfterSeconds: tombstoneRetention })

// The admin search: an index for each order, and one for each field of which a value selects few rows. The other keys
// that filters use follow, so that MongoDB skips rows without reading them, and a count reads no documents. Every edit
// changes updated_at, so it is a key of its own order's index only.
const newestFirst = { created_at: -1, _id: -1 } as const
const starts: Record<string, Record<string, 1 | -1>> = {
  created: newestFirst,
  updated: { updated_at: -1, _id: -1 },
  birthday: { birthday: 1, _id: 1 },
  birth_month_day: { birth_month_day: 1, _id: 1 },
  ...Object.fromEntries(['country', ...choiceFields].map(field => [field, { [field]: 1, ...newestFirst }])),
}
const filters = ['country', ...choiceFields, 'birthday', 'birth_month_day', 'created_at', 'visibility', 'deleted_at']
for (const [name, start] of Object.entries(starts)) {
  const rest = filters.filter(key => !(key in start)).map(key => [key, 1] as const)
  schema.index({ ...start, ...Object.fromEntries(rest) }, { name: `search_${name}` })
}
if (tokenFields().length > 0) {
  schema.index({ token_due: 1 }, { partialFilterExpression: { token_due: { $type: 'date' } } })
}

/** For modules of server/ that read and write profiles. They return plain objects. */
export const Profile = model('Profile', schema)

const calendarDate = z.iso.date()

/**
 * Reads the value of a field, if it fits the field: other programs may have stored anything.
 * @returns null when the field is not set, or does not fit
 */
export function fieldOf<Field extends ProfileField>(
  row: Partial<Record<Field, unknown>> | null | undefined,
  field: Field,
): ProfileFields[Field] | null {
  const value = row?.[field]
  if (value === null || value === undefined) return null
  // A stored date stays valid, whatever day it is now.
  const schema = metaOf(field).input === 'date' ? calendarDate : (profileFields.shape[field] as z.ZodMiniType)
  return (schema.safeParse(value).data as ProfileFields[Field]) ?? null
}

/** Like fieldOf, for a visibility setting: private unless it says public. */
export function settingOf(
  row: Partial<ProfileSettings> | null | undefined,
  setting: keyof ProfileSettings,
): 'private' | 'public' {
  return row?.[setting] === 'public' ? 'public' : 'private'
}

/** Reads a time; null when the value is not a time. */
export function timeOf(
  row: Partial<ProfileDocument> | null | undefined,
  name: 'created_at' | 'updated_at' | 'deleted_at' | 'last_seen_at',
): Date | null {
  const value: unknown = row?.[name]
  return value instanceof Date ? value : null
}

/** Adds up counts of stored values by country, largest first, then by code. An invalid value counts as no country. */
export function countCountries(groups: { _id: unknown, count: number }[]): { country: string | null, count: number }[] {
  const counts = new Map<string | null, number>()
  for (const { _id, count } of groups) {
    const country = fieldOf({ country: _id }, 'country')
    counts.set(country, (counts.get(country) ?? 0) + count)
  }
  return [...counts]
    .map(([country, count]) => ({ country, count }))
    .toSorted((a, b) => b.count - a.count || (a.country ?? '').localeCompare(b.country ?? '', 'en'))
}

/** 'MM-DD' of the birthday; null without a valid one. */
export function monthDayOf(row: Partial<Record<'birthday', unknown>>): string | null {
  return fieldOf(row, 'birthday')?.slice(5) ?? null
}

/** Matches values that are not dates, and absent fields. By types, MongoDB would read an index from start to end. */
const noDate = { $not: { $gte: new Date(-8.64e15) } }

/**
 * Sets the dates by which lists are ordered in rows that other programs wrote, from the time in the row's own id. It
 * finds the rows by an index, so it costs nothing when there are none.
 */
export async function fillDates(): Promise<void> {
  for (const field of ['created_at', 'updated_at'] as const) {
    await using rows = Profile.collection.find({ [field]: noDate }, { projection: { clerk_id: 1 }, batchSize: 1_000 })
    while (await rows.hasNext()) {
      await Profile.collection.bulkWrite(
        rows.readBufferedDocuments().map(({ _id, clerk_id }) => {
          const at = (_id as unknown) instanceof mongo.ObjectId ? _id.getTimestamp() : new Date()
          return { updateOne: { filter: { _id, clerk_id, [field]: noDate }, update: { $set: { [field]: at } } } }
        }),
        { ordered: false },
      )
    }
  }
}

import { model, mongo, Schema } from 'mongoose'
import * as z from 'zod/mini'
import { fieldNames, metaOf, profileFields } from '../../shared/profile.ts'
import { choiceFields, filterableFields } from '../../shared/search.ts'
import type { ProfileField, ProfileFields, ProfileSettings } from '../../shared/profile.ts'

const days = 86_400

/** A row. Of the extended fields, absent = never set, null = cleared by the user. */
export type ProfileDocument = Partial<ProfileSettings> & { [Field in ProfileField]?: ProfileFields[Field] | null } & {
  clerk_id: string
  /** 'MM-DD', derived from birthday at write. */
  birth_month_day?: string | null
  /** Of each field that still holds a seed: the version of the Clerk user it came with. */
  seeded_from?: Partial<Record<ProfileField, Date>>
  created_at?: Date
  updated_at?: Date
  /** Version of the Clerk user last applied; epoch 0 where the app created the row before any event. */
  clerk_updated_at?: Date
  /** Only on a tombstone. */
  deleted_at?: Date
}

const schema = new Schema<ProfileDocument>({
  clerk_id: { type: String, required: true },
  // Zod has checked what they hold.
  ...Object.fromEntries(fieldNames.map(field => [field, Schema.Types.Mixed])),
  birth_month_day: String,
  visibility: String,
  birthday_visibility: String,
  seeded_from: Schema.Types.Mixed,
  created_at: Date,
  updated_at: Date,
  clerk_updated_at: Date,
  deleted_at: Date,
}, { collection: 'profiles', versionKey: false })

schema.index({ clerk_id: 1 }, { unique: true })
schema.index({ country: 1, birthday: 1, _id: 1 })
schema.index({ birthday: 1, _id: 1 })
schema.index({ birth_month_day: 1, _id: 1 })
schema.index({ visibility: 1, _id: 1 }, { partialFilterExpression: { visibility: 'public' } })
schema.index({ deleted_at: 1 }, { expireAfterSeconds: 120 * days })

// For the admins' search: one for each order, with and without a country first. What else can be asked for stands behind
// the order's own keys, so that rows which do not fit are passed over without being read; a count reads none at all.
const orders = { created: { created_at: -1, _id: -1 }, updated: { updated_at: -1, _id: -1 }, birthday: { birthday: 1, _id: 1 }, birth_month_day: { birth_month_day: 1, _id: 1 } } as const
const told = { country: 1, birthday: 1, birth_month_day: 1, visibility: 1, created_at: -1, deleted_at: 1 } as const
for (const [name, order] of Object.entries(orders)) {
  // A key that comes again keeps its first place, and takes the last direction.
  schema.index(Object.assign({}, order, told, order), { name })
  schema.index(Object.assign({ country: 1 }, order, told, order), { name: `country_${name}` })
}
for (const field of filterableFields) {
  // Null is absent as well.
  schema.index({ created_at: -1, _id: -1 }, { name: `missing_${field}`, partialFilterExpression: { [field]: null } })
}
for (const field of choiceFields) schema.index({ [field]: 1, created_at: -1, _id: -1 }, { name: `${field}_created` })

/** For the modules of server/ that read and write profiles; plain objects leave those. */
export const Profile = model('Profile', schema)

/** The row of a user who was not deleted. What others wrote may have null there, or what is no time. */
export const alive = (clerk_id: string) => ({ clerk_id, deleted_at: { $not: { $type: 'date' } } })

const calendarDate = z.iso.date()

/**
 * A field's value as it is stored, where it fits the field: what others have written may be anything.
 * @returns null where it is not set, or does not fit
 */
export function fieldOf<Field extends ProfileField>(row: Partial<Record<Field, unknown>> | null | undefined, field: Field): ProfileFields[Field] | null {
  const value = row?.[field]
  if (value === null || value === undefined) return null
  // A date that was once entered stays one, whatever day it is now.
  const schema = metaOf(field).input === 'date' ? calendarDate : profileFields.shape[field] as z.ZodMiniType
  return schema.safeParse(value).data as ProfileFields[Field] ?? null
}

/** As fieldOf, for who may see the profile: private unless it says public. */
export function settingOf(row: Partial<ProfileSettings> | null | undefined, setting: keyof ProfileSettings): 'private' | 'public' {
  return row?.[setting] === 'public' ? 'public' : 'private'
}

/** A time as it is stored; null where it is none. */
export function timeOf(row: ProfileDocument | null | undefined, name: 'created_at' | 'updated_at' | 'deleted_at'): Date | null {
  const value: unknown = row?.[name]
  return value instanceof Date ? value : null
}

/** Counts of each stored value, by the country it is: what fits none counts as no country. The largest first, then by code. */
export function countCountries(groups: { _id: unknown, count: number }[]): { country: string | null, count: number }[] {
  const counts = new Map<string | null, number>()
  for (const { _id, count } of groups) {
    const country = fieldOf({ country: _id }, 'country')
    counts.set(country, (counts.get(country) ?? 0) + count)
  }
  return [...counts].map(([country, count]) => ({ country, count }))
    .toSorted((a, b) => b.count - a.count || (a.country ?? '').localeCompare(b.country ?? '', 'en'))
}

/** 'MM-DD' of the birthday; null where there is none that fits. */
export function monthDayOf(row: Partial<Record<'birthday', unknown>>): string | null {
  return fieldOf(row, 'birthday')?.slice(5) ?? null
}

/**
 * Gives rows that others have written the dates that lists are ordered by: that of the row's own id. By an index, so
 * that it costs nothing where there are none.
 */
export async function fillDates(): Promise<void> {
  // Of any type but a date: null is absent as well.
  const none = [{ $eq: null }, { $type: ['string', 'number', 'bool', 'object', 'array', 'timestamp'] }]
  for (const field of ['created_at', 'updated_at'] as const) {
    for (const match of none) {
      await using rows = Profile.collection.find({ [field]: match }, { projection: { clerk_id: 1 }, batchSize: 1_000 })
      while (await rows.hasNext()) {
        await Profile.collection.bulkWrite(rows.readBufferedDocuments().map(({ _id, clerk_id }) => {
          const at = (_id as unknown) instanceof mongo.ObjectId ? _id.getTimestamp() : new Date()
          return { updateOne: { filter: { _id, clerk_id, [field]: match }, update: { $set: { [field]: at } } } }
        }), { ordered: false })
      }
    }
  }
}

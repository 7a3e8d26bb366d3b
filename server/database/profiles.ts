import { model, Schema } from 'mongoose'
import { fieldNames } from '../../shared/profile.ts'
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

/** For server/profiles and server/sync alone; plain objects leave those. */
export const Profile = model('Profile', schema)

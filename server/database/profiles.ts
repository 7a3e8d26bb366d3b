import { model, Schema } from 'mongoose'
import type { InferSchemaType } from 'mongoose'

const days = 86_400

const schema = new Schema({
  clerk_id: { type: String, required: true },
  // Absent = never set, null = cleared by the user.
  birthday: String,
  birth_month_day: String,
  country: String,
  bio: String,
  visibility: { type: String, enum: ['private', 'public'] },
  /** Of each field that still holds a seed: the version of the Clerk user it came with. */
  seeded_from: { type: Map, of: Date },
  created_at: Date,
  updated_at: Date,
  /** Version of the Clerk user last applied; epoch 0 where the app created the row before any event. */
  clerk_updated_at: Date,
  /** Only on a tombstone. */
  deleted_at: Date,
}, { collection: 'profiles', versionKey: false })

schema.index({ clerk_id: 1 }, { unique: true })
schema.index({ country: 1, birthday: 1, _id: 1 })
schema.index({ birthday: 1, _id: 1 })
schema.index({ birth_month_day: 1, _id: 1 })
schema.index({ visibility: 1, _id: 1 }, { partialFilterExpression: { visibility: 'public' } })
schema.index({ deleted_at: 1 }, { expireAfterSeconds: 120 * days })

export type ProfileDocument = InferSchemaType<typeof schema>

/** For server/profiles and server/sync alone; plain objects leave those. */
export const Profile = model('Profile', schema)

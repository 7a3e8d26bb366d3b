import { model, Schema } from 'mongoose'
import type { InferSchemaType } from 'mongoose'

const days = 86_400

/** A named search of one admin's. */
const schema = new Schema({
  /** Whose it is. */
  clerk_id: { type: String, required: true },
  name: { type: String, required: true },
  /** The URL's query. */
  query: { type: String, required: true },
  saved_at: { type: Date, required: true },
}, { collection: 'saved_views', versionKey: false })

schema.index({ clerk_id: 1, name: 1 }, { unique: true })
// An admin may leave the team: what nobody saved again for two years goes.
schema.index({ saved_at: 1 }, { expireAfterSeconds: 730 * days })

export type SavedViewDocument = InferSchemaType<typeof schema>

/** For server/profiles alone; plain objects leave that. */
export const SavedViewRow = model('SavedView', schema)

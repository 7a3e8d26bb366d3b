import { model, Schema } from 'mongoose'
import type { InferSchemaType } from 'mongoose'
import { within } from '../deadline.ts'
import { durable } from './write-batch.ts'

const days = 86_400

/** A named search of one admin's. */
const schema = new Schema({
  /** Whose it is. */
  clerk_id: { type: String, required: true },
  name: { type: String, required: true },
  /** The URL's query. */
  query: { type: String, required: true },
  /** The users that the query names: the view goes with any of them. */
  about: { type: [String], required: true },
  saved_at: { type: Date, required: true },
}, { collection: 'saved_views', versionKey: false })

schema.index({ clerk_id: 1, name: 1 }, { unique: true })
schema.index({ about: 1 })
// An admin may leave the team: what nobody saved again for two years goes.
schema.index({ saved_at: 1 }, { expireAfterSeconds: 730 * days })

export type SavedViewDocument = InferSchemaType<typeof schema>

/** For the modules of server/ that use it; plain objects leave those. */
export const SavedViewRow = model('SavedView', schema)

/**
 * Deletes the views of deleted users, and those that name one: an e-mail address in a search does not outlive its owner.
 * @throws MongoError when it is not durable
 */
export async function deleteViewsOf(clerk_ids: string[], timeoutMS: number): Promise<void> {
  const named = { $in: clerk_ids }
  await within(timeoutMS, SavedViewRow.collection.deleteMany({ $or: [{ clerk_id: named }, { about: named }] }, { writeConcern: durable }))
}

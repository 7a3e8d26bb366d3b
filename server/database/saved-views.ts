import { model, Schema } from 'mongoose'
import { within } from '../deadline.ts'
import { durable } from './durable.ts'

const days = 86_400

/** A search that an admin saved under a name. */
export interface SavedViewDocument {
  /** The admin who saved it. */
  clerk_id: string
  name: string
  /** The URL's query. */
  query: string
  /** The users that the query identifies. The view is deleted with any of them. */
  about: string[]
  saved_at: Date
}

const schema = new Schema<SavedViewDocument>(
  {
    clerk_id: { type: String, required: true },
    name: { type: String, required: true },
    query: { type: String, required: true },
    about: { type: [String], required: true },
    saved_at: { type: Date, required: true },
  },
  { collection: 'saved_views', versionKey: false },
)

schema.index({ clerk_id: 1, name: 1 }, { unique: true })
schema.index({ about: 1 })
// An admin may leave the team: a view that was not saved again for two years expires.
schema.index({ saved_at: 1 }, { expireAfterSeconds: 730 * days })

/** For modules of server/ that use it. They return plain objects. */
export const SavedViewRow = model('SavedView', schema)

/**
 * Deletes the views of deleted users and the views that name one: an email address in a search does not outlive its
 * owner.
 * @throws MongoError when it is not durable
 */
export async function deleteViewsOf(clerk_ids: string[], timeoutMS: number): Promise<void> {
  const named = { $in: clerk_ids }
  await within(
    timeoutMS,
    SavedViewRow.collection.deleteMany({ $or: [{ clerk_id: named }, { about: named }] }, { writeConcern: durable }),
  )
}

import { model, Schema } from 'mongoose'
import type { mongo } from 'mongoose'
import { durable } from './write-batch.ts'

const days = 86_400

/** Who changed what of somebody else's profile, or took profiles away, and when. */
export interface AuditEntry {
  at: Date
  /** The admin. */
  actor_id: string
  /** Whose profile it is; not of an export, which is of many. */
  clerk_id?: string
  action: 'profile.edit' | 'profile.import' | 'profiles.export'
  /** The fields that were changed, or that an export was filtered by. Names alone, never values: what a user erases does
   * not live on in a log. */
  fields: string[]
  /** Profiles that an export has sent. */
  count?: number
}

const schema = new Schema<AuditEntry>({
  at: Date,
  actor_id: String,
  clerk_id: String,
  action: String,
  fields: [String],
  count: Number,
}, { collection: 'audit_log', versionKey: false })

schema.index({ clerk_id: 1, at: -1 })
schema.index({ at: 1 }, { expireAfterSeconds: 2 * 365 * days })

/** For what writes, lists and exports entries; plain objects leave those. */
export const Audit = model('Audit', schema)

// Callers have awaited database().

/**
 * Writes entries of now, durable when it returns.
 * @returns what withdrawAudit takes
 * @throws MongoError when it is not known of all entries that they are durable
 */
export async function recordAudit(entries: Omit<AuditEntry, 'at'>[]): Promise<mongo.BSON.ObjectId[]> {
  const at = new Date()
  const { insertedIds } = await Audit.collection.insertMany(entries.map(entry => ({ ...entry, at })), { writeConcern: durable })
  return Object.values(insertedIds)
}

/** Takes out entries of what was not done after all. */
export async function withdrawAudit(ids: mongo.BSON.ObjectId[]): Promise<void> {
  await Audit.collection.deleteMany({ _id: { $in: ids } }, { writeConcern: durable })
}

/** Says how many profiles an export has sent, when it has ended. */
export async function completeAudit(id: mongo.BSON.ObjectId, count: number): Promise<void> {
  await Audit.collection.updateOne({ _id: id }, { $set: { count } }, { writeConcern: durable })
}

/** The newest entries about a user first. */
export function listAudit(clerk_id: string, limit: number): Promise<AuditEntry[]> {
  return Audit.collection.find<AuditEntry>({ clerk_id }, { projection: { _id: 0 }, sort: { at: -1 }, limit }).toArray()
}

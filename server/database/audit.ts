import { model, Schema } from 'mongoose'
import type { mongo } from 'mongoose'
import { durable } from './durable.ts'

const days = 86_400

/** A change of a user's profile by an admin or a reconcile, or an export. */
export interface AuditEntry {
  at: Date
  /** The admin, or 'reconcile'. */
  actor_id: string
  /** The owner of the profile. Absent for an export. */
  clerk_id?: string
  action: 'profile.edit' | 'profile.import' | 'profile.repair' | 'profiles.export'
  /**
   * The names of the fields that were changed, or that an export was filtered by; of a repair, how the profile differed
   * from Clerk's user. Never values: what a user erases does not survive in a log.
   */
  fields: string[]
  /** The number of exported profiles. */
  count?: number
}

const schema = new Schema<AuditEntry>(
  {
    at: Date,
    actor_id: String,
    clerk_id: String,
    action: String,
    fields: [String],
    count: Number,
  },
  { collection: 'audit_log', versionKey: false },
)

schema.index({ clerk_id: 1, at: -1 })
schema.index({ at: 1 }, { expireAfterSeconds: 2 * 365 * days })

/** For modules that write, list and export entries. They return plain objects. */
export const Audit = model('Audit', schema)

// Callers have awaited database().

/**
 * Writes entries with the current time. They are durable when it returns.
 * @returns their ids, for withdrawAudit
 * @throws MongoError unless all entries are known to be durable
 */
export async function recordAudit(entries: Omit<AuditEntry, 'at'>[]): Promise<mongo.BSON.ObjectId[]> {
  const at = new Date()
  const { insertedIds } = await Audit.collection.insertMany(
    entries.map(entry => ({ ...entry, at })),
    { writeConcern: durable },
  )
  return Object.values(insertedIds)
}

/** Removes the entries of changes that were refused. */
export async function withdrawAudit(ids: mongo.BSON.ObjectId[]): Promise<void> {
  await Audit.collection.deleteMany({ _id: { $in: ids } }, { writeConcern: durable })
}

/** Stores the number of profiles when an export has ended. */
export async function completeAudit(id: mongo.BSON.ObjectId, count: number): Promise<void> {
  await Audit.collection.updateOne({ _id: id }, { $set: { count } }, { writeConcern: durable })
}

/** Lists the entries about a user, newest first. */
export function listAudit(clerk_id: string, limit: number): Promise<AuditEntry[]> {
  return Audit.collection.find<AuditEntry>({ clerk_id }, { projection: { _id: 0 }, sort: { at: -1 }, limit }).toArray()
}

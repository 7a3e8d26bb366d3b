import { mongo } from 'mongoose'
import { fieldNames, metaOf, settingNames } from '../../shared/profile.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { alive, byClerkId, Profile } from '../database/profiles.ts'
import { deleteViewsOf } from '../database/saved-views.ts'
import { within } from '../deadline.ts'
import { duplicateKey, durable } from '../database/durable.ts'
import { updateBatch } from '../database/write-batch.ts'
import type { UpdateStatement, WriteOptions } from '../database/write-batch.ts'
import type { UserChange, UserDeletion } from './decode.ts'

export type Applied = 'applied' | 'stale'
export interface ApplyOptions extends WriteOptions {
  /** 'erase' (default) removes the personal fields of a deleted user, 'flag' keeps them. */
  deleteMode: 'erase' | 'flag'
}
export interface AppliedBatch {
  /**
   * For each event, in order: 'applied', 'stale' if a newer version or a tombstone is stored, or its error.
   */
  outcomes: (Applied | Error)[]
  /** The term of the primary that wrote: see BatchResult. */
  term?: string
}

const personalFields = [...fieldNames, ...settingNames, 'birth_month_day', 'seeded_from', 'last_seen_at', 'token_due']

/**
 * Applies changes and deletions of Clerk users to their profiles: one atomic write per event, one batch for all, by
 * default durable. The profiles end the same in any order and after any repetition.
 * @throws MongoError when the batch was not written as its write concern asks
 */
export async function applyAll(
  events: (UserChange | UserDeletion)[],
  options: ApplyOptions,
): Promise<AppliedBatch> {
  const statements = events.map((event) => {
    return event.kind === 'change' ? changeStatement(event) : deletionStatement(event, options)
  })
  const { errors, term } = await updateBatch('profiles', statements, options)
  const deleted = events.filter(({ kind }) => kind === 'deletion').map(({ clerk_id }) => clerk_id)
  if (deleted.length > 0) await deleteViewsOf(deleted, options.timeoutMS)
  const outcomes = await Promise.all(events.map((event, index) => {
    const error = errors.get(index)
    if (!error) return 'applied'
    if (error.code !== duplicateKey || event.kind === 'deletion') return new mongo.MongoServerError(error)
    return applyToExisting(event, options).catch((error: Error) => error)
  }))
  return { outcomes, term }
}

/**
 * The filter guards the write: it does not match a newer row or a tombstone. The upsert then tries to insert, and the
 * unique index refuses. That error tells 'stale' from 'applied' within one batch.
 */
function changeStatement(change: UserChange): UpdateStatement {
  const at = new Date(change.version)
  const hasSeeds = Object.keys(change.seeds).length > 0
  return {
    q: { ...alive(change.clerk_id), clerk_updated_at: { $lte: at } },
    u: hasSeeds ? changePipeline(change) : versionUpdate(at),
    upsert: true,
    hint: byClerkId,
  }
}

/** The update of most events. A pipeline that does the same takes MongoDB 1.4 times as long. */
function versionUpdate(at: Date) {
  const now = new Date()
  return {
    $set: { clerk_updated_at: at },
    $setOnInsert: { visibility: 'private', created_at: now, updated_at: now },
  }
}

/**
 * Durably applies a change to a row that exists, because it has a newer version or was created a moment ago. $max
 * keeps the newer version, and the seeds still fill fields that were never set.
 */
async function applyToExisting(change: UserChange, { timeoutMS }: ApplyOptions): Promise<Applied> {
  const before = await within(timeoutMS, Profile.collection.findOneAndUpdate(
    alive(change.clerk_id),
    changePipeline(change),
    { projection: { clerk_updated_at: 1 }, writeConcern: durable },
  ))
  // A row that another program wrote has no version, and counts as older.
  return before && !(before.clerk_updated_at > new Date(change.version)) ? 'applied' : 'stale'
}

function changePipeline({ version, seeds }: UserChange) {
  const at = new Date(version)
  const set: Record<string, unknown> = {}
  const seeded: [field: string, seedable: object][] = []
  for (const [field, seed] of Object.entries(seeds)) {
    // The field was never set, or its seed has a later version: the earliest seed wins in any order of arrival.
    // Among seeds of one version the smaller value wins. A field that a user edited has no seeded_from.
    const seedable = {
      $or: [
        { $eq: [{ $type: `$${field}` }, 'missing'] },
        { $lt: [[at, { $literal: seed }], [`$seeded_from.${field}`, `$${field}`]] },
      ],
    }
    seeded.push([field, seedable])
    set[field] = { $cond: [seedable, { $literal: seed }, `$${field}`] }
    if (field === 'birthday') set.birth_month_day = { $cond: [seedable, seed.slice(5), '$birth_month_day'] }
  }
  const anySeed = { $or: seeded.map(([, seedable]) => seedable) }
  if (seeded.length) {
    const versions = Object.fromEntries(
      seeded.map(([field, seedable]) => [field, { $cond: [seedable, at, `$seeded_from.${field}`] }]),
    )
    const due = seeded.filter(([field]) => metaOf(field as ProfileField).inToken).map(([, seedable]) => seedable)
    if (due.length > 0) set.token_due = { $cond: [{ $or: due }, '$$NOW', '$token_due'] }
    set.seeded_from = { $cond: [anySeed, { $mergeObjects: ['$seeded_from', versions] }, '$seeded_from'] }
  }
  return [{
    $set: {
      clerk_updated_at: { $max: ['$clerk_updated_at', at] },
      visibility: { $ifNull: ['$visibility', 'private'] },
      created_at: { $ifNull: ['$created_at', '$$NOW'] },
      updated_at: { $cond: [anySeed, '$$NOW', { $ifNull: ['$updated_at', '$$NOW'] }] },
      ...set,
    },
  }]
}

/**
 * A deletion always wins and is final. Its time comes from the database's clock, and a second deletion keeps the first
 * one's time. Tombstones expire by this time: with the time in the event, the tombstone of a late event would expire at
 * once.
 */
function deletionStatement({ clerk_id }: UserDeletion, { deleteMode }: ApplyOptions): UpdateStatement {
  const deletedAt = { $cond: [{ $eq: [{ $type: '$deleted_at' }, 'date'] }, '$deleted_at', '$$NOW'] }
  const tombstone = {
    $set: {
      clerk_updated_at: deletedAt,
      deleted_at: deletedAt,
      created_at: { $ifNull: ['$created_at', '$$NOW'] },
      updated_at: '$$NOW',
    },
  }
  return {
    q: { clerk_id },
    u: deleteMode === 'flag' ? [tombstone] : [tombstone, { $unset: personalFields }],
    upsert: true,
    hint: byClerkId,
  }
}

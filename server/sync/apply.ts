import { duplicateKey, durable } from '../database/durable.ts'
import { alive, byClerkId } from '../database/profile-filters.ts'
import { updateBatch, WriteFailed } from '../database/write-batch.ts'
import type { CommandTarget, UpdateStatement, WriteOptions } from '../database/write-batch.ts'
import { within } from '../deadline.ts'
import type { UserChange, UserDeletion } from './decode.ts'

/** What the sync knows about the fields of a profile. */
export interface ProfileRules {
  /** The fields of a new profile. */
  initial: Record<string, string>
  /** The fields that a deletion erases. */
  personal: string[]
  /** Further fields whose values follow from a seed. */
  derive?: (field: string, seed: unknown) => Record<string, unknown>
  /** The field that gets the current time when a seed of this field is taken. */
  markOf?: (field: string) => string | undefined
}

export interface ApplyContext {
  /** The database, when it has the unique index on clerk_id. */
  database: () => Promise<CommandTarget>
  rules: ProfileRules
  /** Called with the ids of deleted users when their profiles are erased. */
  onDelete?: (clerk_ids: string[], timeoutMS: number) => Promise<void>
}

export type Applied = 'applied' | 'stale'
export interface ApplyOptions extends WriteOptions {
  /** 'erase' (default) removes the personal fields of a deleted user, 'flag' keeps them. */
  deleteMode: 'erase' | 'flag'
}
interface AppliedBatch {
  /**
   * For each event, in order: 'applied', 'stale' if a newer version or a tombstone is stored, or its error.
   */
  outcomes: (Applied | Error)[]
  /** The term of the primary that wrote: see BatchResult. */
  term?: string
}

export type ApplyAll = (events: (UserChange | UserDeletion)[], options: ApplyOptions) => Promise<AppliedBatch>

/**
 * Creates the function that applies changes and deletions of Clerk users to their profiles: one atomic write per event,
 * one batch for all, by default durable. The profiles end the same in any order and after any repetition. It throws
 * when the batch was not written as its write concern asks.
 */
export function createApply({ database, rules, onDelete }: ApplyContext): ApplyAll {
  return async (events, options) => {
    const statements = events.map((event) => {
      return event.kind === 'change' ? changeStatement(event, rules) : deletionStatement(event, rules, options)
    })
    const db = await database()
    const { errors, term } = await updateBatch(db, 'profiles', statements, options)
    const deleted = events.filter(({ kind }) => kind === 'deletion').map(({ clerk_id }) => clerk_id)
    if (deleted.length > 0) await onDelete?.(deleted, options.timeoutMS)
    const outcomes = await Promise.all(events.map((event, index) => {
      const error = errors.get(index)
      if (!error) return 'applied'
      if (error.code !== duplicateKey || event.kind === 'deletion') return new WriteFailed(error)
      return applyToExisting(db, event, rules, options).catch((error: Error) => error)
    }))
    return { outcomes, term }
  }
}

/**
 * The filter guards the write: it does not match a newer row or a tombstone. The upsert then tries to insert, and the
 * unique index refuses. That error tells 'stale' from 'applied' within one batch.
 */
function changeStatement(change: UserChange, rules: ProfileRules): UpdateStatement {
  const at = new Date(change.version)
  const hasSeeds = Object.keys(change.seeds).length > 0
  return {
    q: { ...alive(change.clerk_id), clerk_updated_at: { $lte: at } },
    u: hasSeeds ? changePipeline(change, rules) : versionUpdate(at, rules),
    upsert: true,
    hint: byClerkId,
  }
}

/** The update of most events. A pipeline that does the same takes MongoDB 1.4 times as long. */
function versionUpdate(at: Date, { initial }: ProfileRules) {
  const now = new Date()
  return {
    $set: { clerk_updated_at: at },
    $setOnInsert: { ...initial, created_at: now, updated_at: now },
  }
}

/**
 * Durably applies a change to a row that exists, because it has a newer version or was created a moment ago. $max
 * keeps the newer version, and the seeds still fill fields that were never set.
 */
async function applyToExisting(
  db: CommandTarget,
  change: UserChange,
  rules: ProfileRules,
  { timeoutMS }: ApplyOptions,
): Promise<Applied> {
  const { value: before } = await within(timeoutMS, db.command({
    findAndModify: 'profiles',
    query: alive(change.clerk_id),
    update: changePipeline(change, rules),
    fields: { clerk_updated_at: 1 },
    writeConcern: durable,
  })) as { value: { clerk_updated_at: Date } | null }
  // A row that another program wrote has no version, and counts as older.
  return before && !(before.clerk_updated_at > new Date(change.version)) ? 'applied' : 'stale'
}

function changePipeline({ version, seeds }: UserChange, { initial, derive, markOf }: ProfileRules) {
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
    for (const [name, value] of Object.entries({ [field]: seed, ...derive?.(field, seed) })) {
      set[name] = { $cond: [seedable, { $literal: value }, `$${name}`] }
    }
  }
  const anySeed = { $or: seeded.map(([, seedable]) => seedable) }
  if (seeded.length) {
    const versions = Object.fromEntries(
      seeded.map(([field, seedable]) => [field, { $cond: [seedable, at, `$seeded_from.${field}`] }]),
    )
    for (const [mark, marked] of Map.groupBy(seeded, ([field]) => markOf?.(field))) {
      if (mark) set[mark] = { $cond: [{ $or: marked.map(([, seedable]) => seedable) }, '$$NOW', `$${mark}`] }
    }
    set.seeded_from = { $cond: [anySeed, { $mergeObjects: ['$seeded_from', versions] }, '$seeded_from'] }
  }
  return [{
    $set: {
      clerk_updated_at: { $max: ['$clerk_updated_at', at] },
      ...Object.fromEntries(Object.entries(initial).map(([name, value]) => [name, { $ifNull: [`$${name}`, value] }])),
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
function deletionStatement(
  { clerk_id }: UserDeletion,
  { personal }: ProfileRules,
  { deleteMode }: ApplyOptions,
): UpdateStatement {
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
    u: deleteMode === 'flag' ? [tombstone] : [tombstone, { $unset: [...personal, 'seeded_from'] }],
    upsert: true,
    hint: byClerkId,
  }
}

import * as z from 'zod/mini'

/*
 * What the app reports about its sync with Clerk: the answers of /api/admin/sync and of the runs, and the JSON of the
 * commands. Times are ISO 8601 texts.
 */

const instant = z.iso.datetime()
const count = z.int().check(z.nonnegative())

/** The runs that bring the profiles in line with Clerk's users, besides webhooks. */
export const runNames = ['catch-up', 'backfill', 'reconcile'] as const

/** The latest run of one kind. */
export const syncRun = z.strictObject({
  name: z.enum(runNames),
  /** 'stopped': it was interrupted, and the next run continues it. */
  state: z.enum(['never', 'running', 'stopped', 'done', 'failed']),
  started_at: z.nullable(instant),
  /** When it made its last progress. */
  updated_at: z.nullable(instant),
  /** Null until it has ended. */
  ended_at: z.nullable(instant),
  /** Users that it has read so far. */
  done: count,
  /** Users to read; null while unknown. */
  total: z.nullable(count),
  /** Profiles that it has changed. */
  changed: count,
  /** Why it failed, and what to do. If it is done: what it could not apply. */
  error: z.nullable(z.string()),
})
export type SyncRun = z.infer<typeof syncRun>
export type RunName = SyncRun['name']

/** How Clerk's users and the profiles can differ. */
export const differenceKinds = ['missing', 'behind', 'gone', 'revived'] as const
export type DifferenceKind = (typeof differenceKinds)[number]

/** The result of a reconcile. */
const reconcileReport = z.strictObject({
  started_at: instant,
  ended_at: instant,
  /** Clerk's users, and the profiles that are not tombstones. */
  users: count,
  profiles: count,
  differences: z.strictObject({
    /** Users without a profile. */
    missing: count,
    /** Profiles with an older version than Clerk's. */
    behind: count,
    /** Profiles whose user Clerk no longer has. */
    gone: count,
    /** Tombstones whose user Clerk still has. */
    revived: count,
  }),
  /** The first users of each kind. */
  examples: z.array(z.strictObject({ clerk_id: z.string(), kind: z.enum(differenceKinds) })),
  /** How many differences the run repaired; null if it only compared. */
  repaired: z.nullable(count),
  /** Why it repaired nothing although it was asked to. */
  refused: z.nullable(z.string()),
})
export type ReconcileReport = z.infer<typeof reconcileReport>

/** A check of the set-up, by `npm run doctor` and on /admin/sync. */
export const check = z.strictObject({
  /** What was checked, such as 'Webhook signing secret'. */
  what: z.string(),
  verdict: z.enum(['ok', 'warning', 'failed', 'skipped']),
  /** What was found, in words. Never a secret. */
  found: z.string(),
  /** What to do; null when it is ok. */
  mend: z.nullable(z.string()),
})
export type Check = z.infer<typeof check>

/** GET /api/admin/sync */
export const syncStatus = z.strictObject({
  checked_at: instant,
  /** When the newest webhook message arrived. */
  last_event_at: z.nullable(instant),
  /** Messages whose last attempt failed: Clerk repeats them. */
  failed: count,
  /** Events that wait for the database in this process. */
  queued: count,
  /** From Clerk's event to its arrival here, over the last hour; null without an event. */
  lag_ms: z.nullable(z.strictObject({ p50: z.number(), p99: z.number() })),
  /** Clerk's number of users and the living profiles, as the last catch-up counted them. */
  counts: z.nullable(z.strictObject({ users: count, profiles: count, at: instant })),
  /** A reconcile is due: the counts differed twice in a row. */
  reconcile_due: z.boolean(),
  runs: z.array(syncRun),
  report: z.nullable(reconcileReport),
  checks: z.array(check),
})
export type SyncStatus = z.infer<typeof syncStatus>

const percent = 'Give a percentage from 0 to 100'

/** The body of POST /api/admin/reconcile. */
export const reconcileRequest = z.strictObject({
  /** Repairs what differs; otherwise it is only reported. */
  repair: z._default(z.boolean('Give true or false'), false),
  /** The percentage of the profiles that a repair may mark as deleted; RECONCILE_DELETE_LIMIT if absent. */
  delete_limit: z.optional(z.number(percent).check(z.minimum(0, percent), z.maximum(100, percent))),
})

/** The body of POST /api/admin/users/:clerk_id/resync. */
export const resyncRequest = z.strictObject({
  /** Marks the profile as deleted, if Clerk does not have the user. */
  bury: z._default(z.boolean('Give true or false'), false),
})

/** 'stale': the profile is as new as the user. 'gone': Clerk does not have the user, and nothing was changed. */
export const resyncOutcomes = ['applied', 'stale', 'gone', 'buried'] as const
export type ResyncOutcome = (typeof resyncOutcomes)[number]

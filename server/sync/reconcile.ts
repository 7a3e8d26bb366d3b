import { differenceKinds } from '../../shared/sync.ts'
import type { DifferenceKind, ReconcileReport, SyncRun } from '../../shared/sync.ts'
import { readCheckpoint } from '../database/checkpoints.ts'
import { addToList, clearLists } from '../database/reconcile-list.ts'
import { writeReport } from '../database/reports.ts'
import { ClerkUnavailable } from '../errors.ts'
import { markUnpublished, publishDue } from '../profiles/publish.ts'
import { isReconcileDue } from './catch-up.ts'
import { compare } from './compare.ts'
import type { Difference } from './compare.ts'
import { countProfiles } from './count-profiles.ts'
import { readUsers } from './read-users.ts'
import type { ListPosition } from './read-users.ts'
import { repairAll } from './repair.ts'
import { run } from './run.ts'
import type { Job, Piece, RunContext, RunOptions } from './run.ts'

/** Without a dry run: a run that does not repair changes nothing. */
export interface ReconcileOptions extends Omit<RunOptions, 'dryRun'> {
  /** Repairs what differs; otherwise it is only reported. */
  repair: boolean
  /** The percentage of the profiles that a repair may mark as deleted. */
  deleteLimit: number
}

type Counts = Record<DifferenceKind, number>

interface ReconcilePosition {
  phase: 'list' | 'compare' | 'repair'
  repair: boolean
  /** The token under which Clerk's list is stored. */
  list: number
  started_at: string
  /** Where the reading of Clerk's list continues. */
  next: ListPosition | null
  listed: number
  /** The id up to which the phase has come. */
  after: string
  users: number
  profiles: number
  differences: Counts
  examples: ReconcileReport['examples']
  repaired: number
}

const maxExamples = 100
/** An interrupted run that is older begins anew: its list of users is. In milliseconds. */
const maxAge = 60 * 60_000
/** The share of users by which Clerk's list may differ from its count, since users come and go while it is read. */
const tolerance = 0.01

/**
 * Compares all of Clerk's users with the profiles, and repairs on request what differs. Clerk's list is read whole and
 * stored first, so nothing is changed when it cannot be read.
 * @returns the run; its report is kept for `readReport`
 * @throws what `run` throws
 */
export function reconcile({ repair, deleteLimit, ...options }: ReconcileOptions): Promise<SyncRun> {
  const job: Job<ReconcilePosition> = {
    name: 'reconcile',
    resumes: ({ position, updated_at }) => {
      return position?.repair === repair && Date.now() - updated_at.getTime() < maxAge
    },
    begin: () => null,
    work: (context, position) => work(context, position, repair, deleteLimit),
  }
  return run(job, options)
}

/**
 * Reconciles and repairs, if a catch-up has asked for it.
 * @returns null if none is due
 */
export async function reconcileIfDue(deleteLimit: number, options: RunOptions): Promise<SyncRun | null> {
  return (await isReconcileDue()) ? reconcile({ ...options, repair: true, deleteLimit }) : null
}

/** Whether a repair that began at a time or later has ended. */
export async function hasRepairedSince(time: number): Promise<boolean> {
  const last = await readCheckpoint<ReconcilePosition>('reconcile')
  return last?.state === 'done' && last.position!.repair && last.started_at.getTime() >= time
}

async function* work(
  context: RunContext,
  resumed: ReconcilePosition | null,
  repair: boolean,
  deleteLimit: number,
): AsyncGenerator<Piece<ReconcilePosition>, void> {
  let position = resumed ?? (await begin(context, repair))
  const piece = (changes: Partial<ReconcilePosition>, more: Partial<Piece<ReconcilePosition>> = {}) => {
    position = { ...position, ...changes }
    return { position, read: 0, changed: 0, ...more }
  }

  if (position.phase === 'list') {
    const total = (await context.clerk.countUsers(context.signal)) + (await countProfiles())
    for await (const { users, next } of readUsers(context.clerk, position.next, context.signal)) {
      await addToList(position.list, users)
      if (repair) await markUnpublished(users)
      yield piece({ next, listed: position.listed + users.length }, { read: users.length, total })
    }
    await checkLength(position, context)
    yield piece({ phase: 'compare' })
  }

  if (position.phase === 'compare') {
    for await (const part of compare(context.clerk, position.list, position.after, context.signal)) {
      yield piece({
        after: part.after,
        users: position.users + part.users,
        profiles: position.profiles + part.profiles,
        differences: addUp(position.differences, part.differences),
        examples: [...position.examples, ...part.differences.map(toExample)].slice(0, maxExamples),
      }, { read: part.profiles })
    }
    const refused = repair ? whyRefused(position, deleteLimit) : null
    if (!repair || refused) {
      await finish(position, refused)
      if (refused) yield piece({}, { fault: refused })
      return
    }
    yield piece({ phase: 'repair', after: '' })
  }

  for await (const part of compare(context.clerk, position.list, position.after, context.signal)) {
    const { changed, fault } = await repairAll(part.differences, context)
    yield piece({ after: part.after, repaired: position.repaired + changed }, { changed, fault })
  }
  await publishDue(context)
  await finish(position, null)
}

async function begin({ token }: RunContext, repair: boolean): Promise<ReconcilePosition> {
  await clearLists()
  return {
    phase: 'list',
    repair,
    list: token,
    started_at: new Date().toISOString(),
    next: null,
    listed: 0,
    after: '',
    users: 0,
    profiles: 0,
    differences: { missing: 0, behind: 0, gone: 0, revived: 0 },
    examples: [],
    repaired: 0,
  }
}

/** @throws ClerkUnavailable when the list lacks users that Clerk counts */
async function checkLength({ listed }: ReconcilePosition, { clerk, signal }: RunContext): Promise<void> {
  const count = await clerk.countUsers(signal)
  if (listed >= count * (1 - tolerance) - 10) return
  throw new ClerkUnavailable(`Clerk counts ${count} users and listed ${listed}. Nothing was changed. Try again later`)
}

function addUp(counts: Counts, differences: Difference[]): Counts {
  const count = (kind: DifferenceKind) => differences.filter(each => each.kind === kind).length
  return Object.fromEntries(differenceKinds.map(kind => [kind, counts[kind] + count(kind)])) as Counts
}

const toExample = ({ clerk_id, kind }: Difference) => ({ clerk_id, kind })

function whyRefused({ differences: { gone }, profiles }: ReconcilePosition, deleteLimit: number): string | null {
  const share = (gone / Math.max(profiles, 1)) * 100
  if (share <= deleteLimit) return null
  return `Nothing was repaired: ${gone} of ${profiles} profiles (${share.toFixed(1)} %) would be marked as deleted, `
    + `and the limit is ${deleteLimit} %. If Clerk really has no such users, raise the limit for one run: `
    + 'npm run reconcile -- --repair --delete-limit 100'
}

async function finish(position: ReconcilePosition, refused: string | null): Promise<void> {
  const { started_at, users, profiles, differences, examples, repair, repaired } = position
  await writeReport({
    started_at,
    ended_at: new Date().toISOString(),
    users,
    profiles,
    differences,
    examples,
    repaired: repair ? repaired : null,
    refused,
  })
  await clearLists()
}

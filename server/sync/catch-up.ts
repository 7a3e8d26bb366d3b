import type { SyncRun } from '../../shared/sync.ts'
import type { BackendApi, ClerkUser } from '../clerk/backend-api.ts'
import { idsPerRequest, pageSize } from '../clerk/backend-api.ts'
import { readCheckpoint } from '../database/checkpoints.ts'
import { applyUsers } from './apply-users.ts'
import { backfill } from './backfill.ts'
import type { BackfillPosition } from './backfill.ts'
import { countProfiles } from './count-profiles.ts'
import { run } from './run.ts'
import type { Job, RunOptions } from './run.ts'

/** What one catch-up leaves for the next. */
export interface CatchUpState {
  /** Every change up to this time of Clerk's is applied, in milliseconds. Null: the place is lost. */
  watermark: number | null
  /** Whether the last run began more than the margin after it, so that everything up to it had been stored. */
  isSettled: boolean
  /** When the place was lost. Only a backfill that ended later gives a new one. */
  lost_at: Date | null
  /** Clerk's users and the living profiles at the end of the last run. */
  counts: { users: number, profiles: number, at: Date } | null
  /** How many runs in a row the two numbers differed. */
  differed: number
  /** Users whose write failed, at most `idsPerRequest`: the next run applies them first. */
  failed?: string[]
}

/** How far behind the watermark a run reads again: users of one millisecond, and changes that were stored late. */
const marginMS = 60_000
/** If nothing changed, one page of this size is all that is read. */
const firstPageSize = 10
/** How many users of the page before a page repeats. */
const overlap = 20
/** With more changes than this, a backfill is better: it continues where it was interrupted. */
const maxChanges = 10_000

/**
 * Applies what changed in Clerk since the last catch-up. The first one, and one that has lost its place, reads all
 * users by a backfill.
 * @returns the run of the catch-up, or of the backfill while that has not ended
 * @throws what `run` throws
 */
export async function catchUp(options: RunOptions): Promise<SyncRun> {
  for (let attempt = 1; ; attempt++) {
    if ((await startOf(await readCatchUpState())) === null) {
      const all = await run(backfill, options)
      if (all.state !== 'done' || options.dryRun) return all
    }
    const caughtUp = await run(changes, options)
    const hasLostPlace = caughtUp.state === 'done' && (await readCatchUpState()).watermark === null
    // A dry run stores no place.
    if (options.dryRun || !hasLostPlace || attempt === 2) return caughtUp
  }
}

/** Whether a reconcile is due: Clerk's users and the profiles differed in number twice in a row, and none ran since. */
export async function isReconcileDue(): Promise<boolean> {
  const [{ differed, counts }, last] = await Promise.all([readCatchUpState(), readCheckpoint('reconcile')])
  return differed >= 2 && !(last?.state === 'done' && last.ended_at! > counts!.at)
}

const none: CatchUpState = { watermark: null, isSettled: false, lost_at: null, counts: null, differed: 0 }

export async function readCatchUpState(): Promise<CatchUpState> {
  return (await readCheckpoint<CatchUpState>('catch-up'))?.position ?? none
}

/** The time up to which every change is applied: the watermark, or the start of a backfill that came later. */
async function startOf({ watermark, lost_at }: CatchUpState): Promise<number | null> {
  if (watermark !== null) return watermark
  const last = await readCheckpoint<BackfillPosition>('backfill')
  const isLater = last?.state === 'done' && (lost_at === null || last.ended_at! > lost_at)
  return isLater ? last.position!.startedAt : null
}

const changes: Job<CatchUpState> = {
  name: 'catch-up',
  resumes: () => false,
  begin: last => last ?? none,
  async* work(context, position) {
    const { clerk, signal } = context
    const state = position!
    const start = await startOf(state)
    if (start === null) return
    const lost = { ...state, watermark: null, lost_at: new Date() }
    // A settled place needs no margin: users who changed together, such as imported ones, are read again only once.
    const since = state.watermark !== null && state.isSettled ? start + 1 : start - marginMS
    let watermark = start
    let began: number | undefined
    let read = 0
    let failed: string[] = []
    if (state.failed?.length) {
      const { users } = await clerk.listUsers({ userIds: state.failed, limit: idsPerRequest }, signal)
      const again = await applyUsers(users, context)
      failed = again.failed
      yield { position: { ...state, failed }, read: users.length, changed: again.changed, fault: again.fault }
    }
    for await (const { users, at } of readChanges(clerk, since, signal)) {
      if (began === undefined) {
        began = at
        // Clerk's clock went back: changes since then are older than the watermark, and would never be found.
        if (at < start - marginMS) return yield { position: lost, read: 0, changed: 0 }
        // A user from the future, by a clock that went ahead, must not move the watermark there.
        watermark = Math.max(start, Math.min(users[0]?.updated_at ?? start, at))
      }
      const { changed, fault, failed: more } = await applyUsers(users, context)
      failed = [...new Set([...failed, ...more])].slice(0, idsPerRequest)
      read += users.length
      if (read > maxChanges) return yield { position: lost, read: users.length, changed }
      yield { position: { ...state, watermark: start, failed }, read: users.length, changed, fault }
    }
    const counts = { users: await clerk.countUsers(signal), profiles: await countProfiles(), at: new Date() }
    const differed = counts.users === counts.profiles ? 0 : state.differed + 1
    const isSettled = began !== undefined && began - watermark > marginMS
    yield { position: { watermark, isSettled, lost_at: null, counts, differed, failed }, read: 0, changed: 0 }
  },
}

/**
 * Reads the users that changed since a time, newest first, and each once. The list moves while it is read: a user who
 * changes moves to its top, and one who is deleted moves all those below. So each page begins with users of the page
 * before; a page that does not is read again from further up.
 * @param since  Clerk's time, in milliseconds
 */
async function* readChanges(clerk: BackendApi, since: number, signal: AbortSignal) {
  let before: ClerkUser[] = []
  let offset = 0
  let size = firstPageSize
  let hasEnded = false
  while (true) {
    const { users, at } = await clerk.listUsers({ orderBy: '-updated_at', limit: size, offset }, signal)
    // Above the top of the list nobody can be missing, whoever was deleted.
    if (offset > 0 && !joins(before, users)) {
      offset = Math.max(0, offset - size)
      continue
    }
    const known = new Set(before.map(({ id }) => id))
    const fresh = users.filter(({ id }) => !known.has(id))
    const isLast = before.length > 0 && fresh.length === 0 && users.length < size
    // One answer that brings nothing new may be a page that was cut off.
    if (isLast && hasEnded) return
    hasEnded = isLast
    if (isLast) continue
    yield { users: fresh, at }
    const last = users.at(-1)
    if (!last || last.updated_at < since) return
    offset = Math.max(0, offset + users.length - overlap)
    size = pageSize
    before = users
  }
}

/** Whether no user can be missing between the end of a page and the start of the next. */
function joins(before: ClerkUser[], [first]: ClerkUser[]): boolean {
  const last = before.at(-1)
  if (!last) return true
  if (!first) return false
  return first.updated_at > last.updated_at || before.some(({ id }) => id === first.id)
}

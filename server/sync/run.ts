import type { RunName, SyncRun } from '../../shared/sync.ts'
import type { BackendApi } from '../clerk/backend-api.ts'
import { readCheckpoint, writeCheckpoint } from '../database/checkpoints.ts'
import type { CheckpointDocument } from '../database/checkpoints.ts'
import { bindInstance } from '../database/clerk-instance.ts'
import { acquireLease, LeaseLost } from '../database/leases.ts'
import type { Lease } from '../database/leases.ts'

export interface RunOptions {
  clerk: BackendApi
  /** What a deletion leaves of a profile: see ApplyOptions. */
  deleteMode: 'erase' | 'flag'
  /** Reports what would change, and changes nothing. */
  dryRun?: boolean
  /** Called with each user whose profile changed, to clear caches outside the database. */
  onUserChange?: (clerk_id: string) => void
  /** Called after each piece of work. */
  onProgress?: (run: SyncRun) => void
  /** Stops after the current piece of work when this time is over, in milliseconds. The next call continues. */
  patienceMS?: number
  /** How long the lease outlives a process that died, in milliseconds. */
  leaseMS?: number
  signal?: AbortSignal
}

/** What a run works with. */
export interface RunContext extends Pick<RunOptions, 'clerk' | 'deleteMode'> {
  dryRun: boolean
  onUserChange: (clerk_id: string) => void
  /** The token of the lease, which is higher than that of every earlier run. */
  token: number
  signal: AbortSignal
}

/** A piece of work that is done and durable. */
export interface Piece<Position> {
  /** Where a run that is interrupted now continues. */
  position: Position
  /** Users that this piece has read. */
  read: number
  /** Profiles that it has changed. */
  changed: number
  /** Users to read in all, once it is known. */
  total?: number
  /** What could not be applied, although the run goes on. */
  fault?: string
}

export interface Job<Position> {
  name: RunName
  /** Whether a run continues the one that was interrupted. Otherwise it begins anew. */
  resumes: (last: CheckpointDocument<Position>) => boolean
  /** The position of a new run, from what the last one left. */
  begin: (last: Position | null) => Position | null
  /**
   * Does the work in pieces. After an interruption it is called again, and may repeat its last piece.
   * @param position  where the interrupted run was, or what `begin` returned
   */
  work: (context: RunContext, position: Position | null) => AsyncGenerator<Piece<Position>, void>
}

/** One run at a time, over all processes: they share Clerk's rate limit. */
export const leaseName = 'sync'

/**
 * Runs a job, or continues the one that was interrupted. It stores how far it has come after each piece, so a process
 * may die at any moment.
 * @returns the run: 'done', 'failed' with its error, or 'running' when its patience is over
 * @throws LeaseHeld while another run has the lease
 * @throws WrongInstance when the database belongs to another Clerk instance than the secret key
 * @throws ClerkRefused, ClerkUnavailable when Clerk does not say which instance that is
 * @throws LeaseLost when another process took over
 */
export async function run<Position>(job: Job<Position>, options: RunOptions): Promise<SyncRun> {
  const { clerk, dryRun = false, onProgress, patienceMS = Infinity } = options
  await bindInstance(await clerk.getInstance())
  const lease = await acquireLease(leaseName, options.leaseMS)
  try {
    const stopsAt = performance.now() + patienceMS
    const context = contextOf(options, lease)
    const last = await readCheckpoint<Position>(job.name)
    const isUnfinished = last !== null && last.state !== 'done' && !dryRun && job.resumes(last)
    let checkpoint = isUnfinished ? { ...last, token: lease.token } : startedAnew(job, last, lease)
    const save = async (changes: Partial<CheckpointDocument<Position>>) => {
      checkpoint = { ...checkpoint, ...changes, updated_at: new Date() }
      if (!dryRun) await writeCheckpoint(checkpoint)
      onProgress?.(toSyncRun(checkpoint))
    }
    await save({ state: 'running', ended_at: null, error: null })
    try {
      for await (const piece of job.work(context, checkpoint.position)) {
        await save({
          position: piece.position,
          done: checkpoint.done + piece.read,
          changed: checkpoint.changed + piece.changed,
          total: piece.total ?? checkpoint.total,
          error: piece.fault ?? checkpoint.error,
        })
        if (performance.now() > stopsAt) return toSyncRun(checkpoint)
      }
      const now = new Date()
      await save({ state: 'done', ended_at: now, succeeded_at: now })
    }
    catch (error) {
      if (error instanceof LeaseLost || context.signal.aborted) throw error
      await save({ state: 'failed', ended_at: new Date(), error: (error as Error).message })
    }
    return toSyncRun(checkpoint)
  }
  finally {
    // A database that is gone lets the lease expire.
    await lease.release().catch(() => {})
  }
}

function startedAnew<Position>(
  { name, begin }: Job<Position>,
  last: CheckpointDocument<Position> | null,
  { token }: Lease,
): CheckpointDocument<Position> {
  const now = new Date()
  return {
    _id: name,
    token,
    state: 'running',
    started_at: now,
    updated_at: now,
    ended_at: null,
    done: 0,
    total: null,
    changed: 0,
    error: null,
    succeeded_at: last?.succeeded_at ?? null,
    position: begin(last?.position ?? null),
  }
}

function contextOf(options: RunOptions, { token, signal }: Lease): RunContext {
  const { clerk, deleteMode, dryRun = false, onUserChange = () => {} } = options
  return {
    clerk,
    deleteMode,
    dryRun,
    onUserChange,
    token,
    signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal,
  }
}

export function toSyncRun({ _id, token: _, position: __, succeeded_at: ___, ...rest }: CheckpointDocument): SyncRun {
  return {
    name: _id,
    ...rest,
    started_at: rest.started_at.toISOString(),
    updated_at: rest.updated_at.toISOString(),
    ended_at: rest.ended_at?.toISOString() ?? null,
  }
}

import { runNames } from '../../shared/sync.ts'
import type { ReconcileReport, RunName, SyncRun } from '../../shared/sync.ts'
import { readCheckpoint } from '../database/checkpoints.ts'
import { isLeaseHeld } from '../database/leases.ts'
import { readReport } from '../database/reports.ts'
import { leaseName, toSyncRun } from './run.ts'

interface SyncState {
  /** The latest run of each kind. */
  runs: SyncRun[]
  /** When a run of each kind last succeeded, whatever the latest one did. */
  succeeded: Map<RunName, Date>
  /** The last report of a reconcile. */
  report: ReconcileReport | null
}

/** Reads what the database knows of the runs. */
export async function readSyncState(): Promise<SyncState> {
  const [isHeld, report, ...checkpoints] = await Promise.all([
    isLeaseHeld(leaseName),
    readReport(),
    ...runNames.map(name => readCheckpoint(name)),
  ])
  const runs = runNames.map((name, index) => {
    const checkpoint = checkpoints[index]
    if (!checkpoint) return neverRun(name)
    const latest = toSyncRun(checkpoint)
    // Its process is gone, or it waits for the next call.
    return latest.state === 'running' && !isHeld ? { ...latest, state: 'stopped' as const } : latest
  })
  const succeeded = new Map(checkpoints.flatMap((checkpoint) => {
    return checkpoint?.succeeded_at ? [[checkpoint._id, checkpoint.succeeded_at] as const] : []
  }))
  return { runs, succeeded, report }
}

function neverRun(name: SyncRun['name']): SyncRun {
  return {
    name,
    state: 'never',
    started_at: null,
    updated_at: null,
    ended_at: null,
    done: 0,
    total: null,
    changed: 0,
    error: null,
  }
}

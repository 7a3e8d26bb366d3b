import { runNames } from '../../shared/sync.ts'
import type { ReconcileReport, SyncRun } from '../../shared/sync.ts'
import { readCheckpoint } from '../database/checkpoints.ts'
import type { CheckpointDocument } from '../database/checkpoints.ts'
import { isLeaseHeld } from '../database/leases.ts'
import { readReport } from '../database/reports.ts'
import { leaseName } from './run.ts'

/** The latest run of each kind, and the last report of a reconcile. */
export async function readSyncState(): Promise<{ runs: SyncRun[], report: ReconcileReport | null }> {
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
  return { runs, report }
}

export function toSyncRun({ _id, token: _, position: __, ...rest }: CheckpointDocument): SyncRun {
  return {
    name: _id,
    ...rest,
    started_at: rest.started_at.toISOString(),
    updated_at: rest.updated_at.toISOString(),
    ended_at: rest.ended_at?.toISOString() ?? null,
  }
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

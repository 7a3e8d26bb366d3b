import { engines } from '../../package.json'
import type { Check, SyncStatus } from '../../shared/sync.ts'
import { collection } from '../database/connection.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'
import { rememberAnswers } from '../remember.ts'
import { isReconcileDue, readCatchUpState } from '../sync/catch-up.ts'
import { runChecks } from '../sync/checks/index.ts'
import { readDeliveryState } from '../sync/delivery-state.ts'
import { readSyncState } from '../sync/sync-state.ts'

/** How many of the newest deliveries the lag is computed from. */
const sampleSize = 10_000
const hourMS = 60 * 60_000
const maxTimeMS = 5_000

const remember = rememberAnswers<Check[]>({ max: 1, ttl: 60_000 })

/**
 * Reads how the sync is doing, as the database knows it.
 * @param queued  events that wait in this process
 */
export async function readSyncStatus(queued: number): Promise<SyncStatus> {
  const [{ newest, failed }, lags, { runs, report }, { counts }, reconcile_due, checks] = await Promise.all([
    readDeliveryState(maxTimeMS),
    readLags(),
    readSyncState(),
    readCatchUpState(),
    isReconcileDue(),
    // They ask Clerk and the server, and the page asks again every few seconds.
    remember('checks', () => runChecks({ nodeRange: engines.node })),
  ])
  return {
    checked_at: new Date().toISOString(),
    last_event_at: newest?.toISOString() ?? null,
    failed,
    queued,
    lag_ms: lags.length > 0 ? { p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) } : null,
    counts: counts && { ...counts, at: counts.at.toISOString() },
    reconcile_due,
    runs,
    report,
    checks,
  }
}

/** The lags of the last hour's newest deliveries, in ascending order. */
async function readLags(): Promise<number[]> {
  const deliveries = await collection<DeliveryDocument>('deliveries')
  const rows = await deliveries
    .find({ last_received_at: { $gt: new Date(Date.now() - hourMS) } }, { maxTimeMS })
    .sort({ last_received_at: -1 })
    .limit(sampleSize)
    .project<{ lag_ms?: number | null }>({ _id: 0, lag_ms: 1 })
    .toArray()
  return rows.flatMap(({ lag_ms }) => lag_ms ?? []).toSorted((a, b) => a - b)
}

/** @param sorted  at least one number, in ascending order */
function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

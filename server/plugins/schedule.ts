import { Cron } from 'croner'
import { defineNitroPlugin } from 'nitropack/runtime'
import type { SyncRun } from '../../shared/sync.ts'
import { readCheckpoint } from '../database/checkpoints.ts'
import { environment } from '../environment.ts'
import { LeaseHeld } from '../errors.ts'
import { publishDue } from '../profiles/publish.ts'
import { catchUp } from '../sync/catch-up.ts'
import { hasRepairedSince, reconcile, reconcileIfDue } from '../sync/reconcile.ts'
import { log } from '../utils/log.ts'
import { syncOptions } from '../utils/sync-options.ts'

/** How often it is checked whether a run is due, at most, in milliseconds. */
const maxTickMS = 30_000
/** How long a reconcile that failed waits for its next attempt, in milliseconds. */
const retryMS = 5 * 60_000
/** Platforms whose processes live on; others call /api/cron/catch-up. */
const hasProcesses = /^(?:node|bun|deno|nitro-dev|nuxt-dev)/.test(import.meta.preset ?? '')

/**
 * Catches up with Clerk every few minutes, and reconciles at the times of RECONCILE_CRON. The times are read when the
 * server starts; those of Nitro's scheduled tasks are part of the build. With several processes, a lease lets one of
 * them work, and the last catch-up of any of them counts.
 */
export default defineNitroPlugin((nitro) => {
  const { CATCH_UP_MINUTES, RECONCILE_CRON, RECONCILE_WHEN_DUE, RECONCILE_DELETE_LIMIT } = environment()
  if (!hasProcesses || import.meta.prerender) return
  const stop = new AbortController()
  const options = () => ({ ...syncOptions(), signal: stop.signal })
  let isBusy = false
  let attemptedAt = 0
  /** The latest time of RECONCILE_CRON, until a run that began then or later has ended. */
  let reconcileAt: number | undefined
  let retryAt = 0

  /** Runs what is due, unless the run before still works. */
  async function tick(): Promise<void> {
    if (isBusy || stop.signal.aborted) return
    isBusy = true
    try {
      if (CATCH_UP_MINUTES > 0) await catchUpIfDue()
      await reconcileIfScheduled()
      await publishDue(options())
    }
    catch (error) {
      // Another process is at work, or this one is stopping.
      if (error instanceof LeaseHeld || stop.signal.aborted) return
      log.error('The sync with Clerk failed; it is tried again', { error: (error as Error).message })
    }
    finally {
      isBusy = false
    }
  }

  async function catchUpIfDue(): Promise<void> {
    const last = await readCheckpoint('catch-up')
    // An attempt that could not begin has written no checkpoint.
    const at = Math.max(attemptedAt, last?.updated_at.getTime() ?? 0)
    if (Date.now() - at < CATCH_UP_MINUTES * 60_000) return
    attemptedAt = Date.now()
    report(await catchUp(options()))
    if (RECONCILE_WHEN_DUE === 'on') report(await reconcileIfDue(RECONCILE_DELETE_LIMIT, options()))
  }

  /** Another process may be at work at the very time: the reconcile stays due until one of them has done it. */
  async function reconcileIfScheduled(): Promise<void> {
    if (reconcileAt === undefined || Date.now() < retryAt) return
    const run = (await hasRepairedSince(reconcileAt))
      ? null
      : await reconcile({ ...options(), repair: true, deleteLimit: RECONCILE_DELETE_LIMIT })
    report(run)
    if (run?.state === 'failed') retryAt = Date.now() + retryMS
    else reconcileAt = undefined
  }

  const timer = setInterval(() => void tick(), Math.min(maxTickMS, (CATCH_UP_MINUTES || Infinity) * 30_000))
  const cron = RECONCILE_CRON === undefined
    ? undefined
    : new Cron(RECONCILE_CRON, { timezone: 'UTC' }, () => {
        // The scheduled second, which all processes agree on.
        reconcileAt = Math.floor(Date.now() / 1_000) * 1_000
        return tick()
      })

  nitro.hooks.hook('close', () => {
    stop.abort()
    clearInterval(timer)
    cron?.stop()
  })
})

function report(run: SyncRun | null): void {
  if (!run) return
  const { name, done, changed, error } = run
  if (error !== null) log.error(`The ${name} has a fault`, { done, changed, error })
  else if (changed > 0) log.info(`The ${name} changed profiles`, { done, changed })
}

import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import { differenceKinds } from '../../shared/sync.ts'
import { indexDifferences, indexFailures, ping } from '../database/connection.ts'
import { within } from '../deadline.ts'
import { IndexMissing } from '../errors.ts'
import { isReconcileDue } from '../sync/catch-up.ts'
import { readDeliveryState } from '../sync/delivery-state.ts'
import { readSyncState } from '../sync/sync-state.ts'

/** What is measured of a receiver. */
export interface Queue {
  /** Events that wait. */
  queued: () => number
  /** Events that may wait. */
  capacity: number
}

/** How long a scrape waits for the database, in milliseconds. Then it leaves out what only the database knows. */
const patienceMS = 1_200

/**
 * Adds the gauges of queue, database, stored deliveries and runs to a registry.
 * @returns a function that sets them all, in time
 */
export function watchState(registry: Registry, prefix: string): (queue: Queue) => Promise<void> {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: prefix + name, help, labelNames, registers: [registry] })
  const watches = [watchDatabase(gauge), watchDeliveries(gauge), watchRuns(gauge)]
  const length = gauge('queue_length', 'Events that wait for the database in this process')
  const capacity = gauge('queue_capacity', 'Events that may wait; more are answered 503')
  return async (queue) => {
    await Promise.all(watches.map(watch => watch()))
    length.set(queue.queued())
    capacity.set(queue.capacity)
  }
}

type CreateGauge = <Label extends string>(name: string, help: string, labelNames?: Label[]) => Gauge<Label>

function watchDatabase(gauge: CreateGauge): () => Promise<void> {
  const up = gauge('database_up', '1 if the database answers, else 0')
  const indexesMissing = gauge(
    'indexes_missing',
    'Declared indexes, TTL indexes among them, that could not be built or are defined differently',
  )
  const read = shared(async () => {
    try {
      await ping()
      return indexFailures().length + indexDifferences().length
    }
    catch (error) {
      if (error instanceof IndexMissing) return 1
      throw error
    }
  })
  return async () => {
    const missing = await read()
    up.set(missing === undefined ? 0 : 1)
    show(indexesMissing, missing)
  }
}

function watchDeliveries(gauge: CreateGauge): () => Promise<void> {
  const lastEventAge = gauge('last_event_age_seconds', 'Since the newest webhook message arrived; +Inf without any')
  const oldestAge = gauge('oldest_delivery_age_seconds', 'Since the oldest stored webhook message arrived')
  const failed = gauge('failed_messages', 'Stored webhook messages whose last attempt failed')
  const read = shared(() => readDeliveryState(patienceMS))
  return async () => {
    const state = await read()
    show(lastEventAge, state && ageOf(state.newest))
    show(oldestAge, state?.oldest ? ageOf(state.oldest) : undefined)
    show(failed, state?.failed)
  }
}

function watchRuns(gauge: CreateGauge): () => Promise<void> {
  const done = gauge('run_done', 'Users that the latest run has read', ['run'])
  const total = gauge('run_total', 'Users that the latest run has to read', ['run'])
  const failed = gauge('run_failed', '1 if the latest run failed or could not apply everything, else 0', ['run'])
  const success = gauge('run_last_success_timestamp_seconds', 'When a run last succeeded', ['run'])
  const due = gauge('reconcile_due', '1 if the numbers of users and profiles differed twice in a row, else 0')
  const differences = gauge('reconcile_differences', 'Differences that the last reconcile found, by kind', ['kind'])
  const repaired = gauge('reconcile_repaired', 'Differences that the last reconcile repaired')
  const read = shared(async () => ({ ...await readSyncState(), isDue: await isReconcileDue() }))
  return async () => {
    const state = await read()
    for (const each of [done, total, failed, success, differences]) each.reset()
    for (const run of state?.runs ?? []) {
      const labels = { run: run.name }
      done.set(labels, run.done)
      failed.set(labels, Number(run.error !== null))
      if (run.total !== null) total.set(labels, run.total)
    }
    state?.succeeded.forEach((at, run) => success.set({ run }, at.getTime() / 1_000))
    show(due, state && Number(state.isDue))
    const report = state?.report
    for (const kind of report ? differenceKinds : []) differences.set({ kind }, report!.differences[kind])
    show(repaired, report ? report.repaired ?? 0 : undefined)
  }
}

/** Sets a gauge without labels, or leaves it out. */
function show(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove()
  else gauge.set(value)
}

/** In seconds. A time in the future has the age 0, and none is infinitely long ago. */
const ageOf = (date: Date | null) => (date ? Math.max(0, Date.now() - date.getTime()) / 1_000 : Infinity)

/**
 * Reads once for all who ask meanwhile: with a frozen database, scrapes must not take one connection after the other.
 * @returns a function whose result is undefined when the database did not answer in time
 */
function shared<T>(read: () => Promise<T>): () => Promise<T | undefined> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return within(patienceMS, reading).catch(() => undefined)
  }
}

import { Counter, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import { outcomes } from '../../shared/deliveries.ts'
import { probeType } from '../sync/checks/probe.ts'
import { knownTypes } from '../sync/handlers.ts'
import type { ReceiverObserver } from '../sync/receive.ts'

/** Upper bounds of buckets, in seconds. Clerk repeats an event for a day and more. */
const lags = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 28_800, 86_400]
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Upper bounds of buckets, in events. */
const batchSizes = [1, 2, 5, 10, 25, 50, 100, 250, 500]

/** Whatever types Clerk invents, only those that have a handler become labels. */
const typeLabel = (type: string | undefined) => (type !== undefined && knownTypes.has(type) ? type : 'other')

/** Adds the metrics of webhook events to a registry, and returns the observer that counts them. */
export function countEvents(registry: Registry, prefix: string): ReceiverObserver {
  const registers = [registry]
  const deliveries = new Counter({
    name: `${prefix}webhook_deliveries_total`,
    help: 'Deliveries of signed events, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers,
  })
  const responses = new Counter({
    name: `${prefix}webhook_responses_total`,
    help: 'Responses to webhook requests, by status',
    labelNames: ['status'],
    registers,
  })
  const lag = new Histogram({
    name: `${prefix}webhook_lag_seconds`,
    help: 'From Clerk\'s event to its arrival here, of deliveries that did not fail',
    buckets: lags,
    registers,
  })
  const duration = new Histogram({
    name: `${prefix}webhook_duration_seconds`,
    help: 'From a webhook request to its response',
    buckets: durations,
    registers,
  })
  const batches = new Histogram({
    name: `${prefix}write_batch_events`,
    help: 'Events that share one write, by collection',
    buckets: batchSizes,
    labelNames: ['collection'],
    registers,
  })
  // Prometheus sees no increase in a counter's first value, so the usual ones begin at 0.
  for (const type of ['user.created', 'user.updated', 'user.deleted', 'other']) {
    for (const outcome of outcomes) deliveries.inc({ type, outcome }, 0)
  }
  for (const status of [200, 400, 422, 503]) responses.inc({ status }, 0)
  for (const collection of ['profiles', 'deliveries']) batches.zero({ collection })

  return {
    attempted({ type, outcome, timestamp, received_at }) {
      if (type === probeType) return
      deliveries.inc({ type: typeLabel(type), outcome })
      // Clerk's clock may be ahead of ours.
      if (timestamp !== undefined && outcome !== 'failed') lag.observe(Math.max(0, received_at - timestamp) / 1_000)
    },
    responded(status, duration_ms) {
      responses.inc({ status })
      duration.observe(duration_ms / 1_000)
    },
    wrote(collection, events) {
      batches.observe({ collection }, events)
    },
  }
}

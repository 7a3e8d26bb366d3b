import { collectDefaultMetrics, Registry } from 'prom-client'
import type { ReceiverObserver } from '../sync/receive.ts'
import { countEvents } from './metrics-events.ts'
import { watchState } from './metrics-state.ts'
import type { Queue } from './metrics-state.ts'

const prefix = 'addendum_'

interface Metrics {
  /** Counts what a receiver does. */
  observer: ReceiverObserver
  contentType: string
  /** Returns all metrics in Prometheus's text format, within two seconds, whatever the database does. */
  scrape: (queue: Queue) => Promise<string>
}

/**
 * Creates the metrics of a process, in a registry of their own. docs/operations/README.md says what each means. No
 * label holds anything about a person.
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const observer = countEvents(registry, prefix)
  const readState = watchState(registry, prefix)
  collectDefaultMetrics({ register: registry, prefix })
  return {
    observer,
    contentType: registry.contentType,
    async scrape(queue) {
      await readState(queue)
      return registry.metrics()
    },
  }
}

let metrics: Metrics | undefined

/** The metrics of this process, which are created by the first call. */
export const processMetrics = () => metrics ??= createMetrics()

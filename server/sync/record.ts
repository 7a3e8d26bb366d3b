import { duplicateKey } from '../database/durable.ts'
import { insertBatch, updateBatch, WriteFailed } from '../database/write-batch.ts'
import type { CommandTarget, UpdateStatement } from '../database/write-batch.ts'
import type { Outcome } from '../../shared/deliveries.ts'

/** One attempt to deliver a message. Times are in milliseconds since the epoch. */
export interface Attempt {
  /** The svix-id header. */
  message_id: string
  received_at: number
  duration_ms: number
  outcome: Outcome
  type?: string
  clerk_id?: string
  instance_id?: string
  /** The envelope's timestamp. */
  timestamp?: number
  error?: string
}

interface Recorded {
  /** For each attempt, in order: null, or its error. */
  results: (null | Error)[]
  /** The term of the primary that wrote: see BatchResult. */
  term?: string
}

export type RecordAll = (attempts: Attempt[], timeoutMS: number) => Promise<Recorded>

/**
 * Creates the function that records attempts in durable batches: new messages are inserted, and those that are already
 * stored are updated. A message keeps its first final outcome. It throws when a batch did not become durable in time.
 */
export function createRecord(database: () => Promise<CommandTarget>): RecordAll {
  return async (attempts, timeoutMS) => {
    const deadline = Date.now() + timeoutMS
    const db = await database()
    const { errors, term } = await insertBatch(db, 'deliveries', attempts.map(toDelivery), { timeoutMS })
    const known = [...errors].filter(([, { code }]) => code === duplicateKey).map(([index]) => index)
    if (known.length > 0) {
      const repeated = known.map(index => toRepetition(attempts[index]!))
      const { errors: others } = await updateBatch(db, 'deliveries', repeated, { timeoutMS: deadline - Date.now() })
      known.forEach((index, place) => {
        const error = others.get(place)
        if (error) errors.set(index, error)
        else errors.delete(index)
      })
    }
    return { results: attempts.map((_, index) => errors.has(index) ? new WriteFailed(errors.get(index)!) : null), term }
  }
}

function toDelivery({ message_id, received_at, timestamp, ...rest }: Attempt) {
  const at = new Date(received_at)
  return {
    _id: message_id,
    ...rest,
    event_at: timestamp === undefined ? undefined : new Date(timestamp),
    lag_ms: timestamp === undefined ? undefined : received_at - timestamp,
    attempts: 1,
    first_received_at: at,
    last_received_at: at,
  }
}

function toRepetition(attempt: Attempt): UpdateStatement {
  const { attempts, first_received_at, last_received_at, ...delivery } = toDelivery(attempt)
  const final = { $in: ['$outcome', ['applied', 'stale', 'ignored', 'rejected']] }
  return {
    q: { _id: attempt.message_id },
    u: [{
      $replaceWith: {
        $mergeObjects: [
          { $cond: [final, '$$ROOT', { $literal: delivery }] },
          {
            attempts: { $add: [{ $ifNull: ['$attempts', 0] }, attempts] },
            first_received_at: { $min: ['$first_received_at', first_received_at] },
            last_received_at: { $max: ['$last_received_at', last_received_at] },
          },
        ],
      },
    }],
    upsert: true,
  }
}

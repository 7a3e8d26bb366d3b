import { mongo } from 'mongoose'
import { duplicateKey } from '../database/durable.ts'
import { insertBatch, updateBatch } from '../database/write-batch.ts'
import type { UpdateStatement } from '../database/write-batch.ts'
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

export interface Recorded {
  /** For each attempt, in order: null, or its error. */
  results: (null | Error)[]
  /** The term of the primary that wrote: see BatchResult. */
  term?: string
}

/**
 * Records attempts in durable batches: new messages are inserted, and those that are already stored are updated. A
 * message keeps its first final outcome.
 * @param timeoutMS  the deadline for all of them
 * @throws MongoError when a batch did not become durable
 */
export async function recordAll(attempts: Attempt[], timeoutMS: number): Promise<Recorded> {
  const deadline = Date.now() + timeoutMS
  const { errors, term } = await insertBatch('deliveries', attempts.map(toDelivery), { timeoutMS })
  const known = [...errors].filter(([, { code }]) => code === duplicateKey).map(([index]) => index)
  if (known.length > 0) {
    const repeated = known.map(index => toRepetition(attempts[index]!))
    const { errors: others } = await updateBatch('deliveries', repeated, { timeoutMS: deadline - Date.now() })
    known.forEach((index, place) => {
      const error = others.get(place)
      if (error) errors.set(index, error)
      else errors.delete(index)
    })
  }
  const results = attempts.map((_, index) => errors.has(index) ? new mongo.MongoServerError(errors.get(index)!) : null)
  return { results, term }
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

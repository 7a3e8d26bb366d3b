import type { AnyBulkWriteOperation } from 'mongoose'
import { mongo } from 'mongoose'
import { database } from '../database/connection.ts'
import { Delivery } from '../database/deliveries.ts'
import type { Outcome } from '../../shared/deliveries.ts'
import { writeBatch } from '../database/write-batch.ts'

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

/**
 * Records attempts in one durable batch. A message keeps its first final outcome.
 * @param timeoutMS  the deadline for the whole batch
 * @returns for each attempt, in order: null, or its error
 * @throws MongoError when the batch did not become durable
 */
export async function recordAll(attempts: Attempt[], timeoutMS: number): Promise<(null | Error)[]> {
  await database()
  const errors = await writeBatch(Delivery, attempts.map(operation), timeoutMS)
  return attempts.map((_, index) => {
    const error = errors.get(index)
    return error ? new mongo.MongoServerError(error) : null
  })
}

function operation({ message_id, received_at, timestamp, ...rest }: Attempt): AnyBulkWriteOperation {
  const at = new Date(received_at)
  // The driver would store undefined as null, so leave those fields out.
  const attempt = Object.fromEntries(Object.entries({
    _id: message_id,
    ...rest,
    event_at: timestamp === undefined ? undefined : new Date(timestamp),
    lag_ms: timestamp === undefined ? undefined : received_at - timestamp,
  }).filter(([, value]) => value !== undefined))
  const final = { $in: ['$outcome', ['applied', 'stale', 'ignored', 'rejected']] }
  return {
    updateOne: {
      filter: { _id: message_id },
      update: [{
        $replaceWith: {
          $mergeObjects: [
            { $cond: [final, '$$ROOT', { $literal: attempt }] },
            {
              attempts: { $add: [{ $ifNull: ['$attempts', 0] }, 1] },
              first_received_at: { $min: ['$first_received_at', at] },
              last_received_at: { $max: ['$last_received_at', at] },
            },
          ],
        },
      }],
      upsert: true,
    },
  }
}

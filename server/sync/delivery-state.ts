import type { mongo } from 'mongoose'
import { collection } from '../database/connection.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'
import { probeType } from './checks/probe.ts'

interface DeliveryState {
  /** When the newest message arrived; null without any. Messages are kept for 90 days. */
  newest: Date | null
  /** When the message arrived that expires next. */
  oldest: Date | null
  /** Messages whose last attempt failed, counted up to `maxFailed`. */
  failed: number
}

/** The number of failed messages is exact up to this one. */
const maxFailed = 10_000

/** @param timeoutMS  MongoDB gives up each query after this time */
export async function readDeliveryState(timeoutMS: number): Promise<DeliveryState> {
  const deliveries = await collection<DeliveryDocument>('deliveries')
  const arrivalAt = async (direction: mongo.SortDirection) => {
    // The doctor's probe is not Clerk's, and a row without a time would be the oldest.
    const row = await deliveries.findOne({ type: { $ne: probeType }, last_received_at: { $type: 'date' } }, {
      sort: { last_received_at: direction },
      projection: { last_received_at: 1 },
      maxTimeMS: timeoutMS,
    })
    return row?.last_received_at ?? null
  }
  const [newest, oldest, failed] = await Promise.all([
    arrivalAt(-1),
    arrivalAt(1),
    deliveries.countDocuments({ outcome: 'failed' }, { limit: maxFailed, maxTimeMS: timeoutMS }),
  ])
  return { newest, oldest, failed }
}

import { database } from '../database/connection.ts'
import { Delivery } from '../database/deliveries.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'

/** Lists deliveries, newest first: all of them, or those of messages about one user. */
export async function listDeliveries(limit: number, clerk_id?: string): Promise<DeliveryDocument[]> {
  await database()
  return Delivery
    .find(clerk_id === undefined ? {} : { clerk_id })
    .sort({ last_received_at: -1 })
    .limit(limit)
    .lean<DeliveryDocument[]>()
}

import { database } from '../database/connection.ts'
import { Delivery } from '../database/deliveries.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'

/** The newest deliveries first. */
export async function listDeliveries(limit: number): Promise<DeliveryDocument[]> {
  await database()
  return Delivery.find().sort({ last_received_at: -1 }).limit(limit).lean<DeliveryDocument[]>()
}

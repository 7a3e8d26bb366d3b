import { database, requestTimeoutMS } from '../database/connection.ts'
import { Delivery } from '../database/deliveries.ts'
import { Profile } from '../database/profiles.ts'

/**
 * All that the database holds on a user: the profile as it is stored, whether shown anywhere or not,
 * and the records of the webhook messages about them.
 */
export async function exportProfile(clerk_id: string) {
  await database()
  const [profile, deliveries] = await Promise.all([
    Profile.collection.findOne({ clerk_id }, { projection: { _id: 0 }, timeoutMS: requestTimeoutMS }),
    Delivery.collection.find({ clerk_id }, { sort: { last_received_at: 1 }, timeoutMS: requestTimeoutMS }).toArray(),
  ])
  return { profile, deliveries }
}

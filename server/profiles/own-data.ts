import { Audit } from '../database/audit.ts'
import { database } from '../database/connection.ts'
import { Delivery } from '../database/deliveries.ts'
import { Profile } from '../database/profiles.ts'
import { listViews } from '../admin/saved-views.ts'

/**
 * All that the database holds on a user: the profile as it is stored, whether shown anywhere or not,
 * the records of the webhook messages about them, when admins changed which fields, and searches they saved as admins.
 */
export async function exportProfile(clerk_id: string) {
  await database()
  const [profile, deliveries, audit, saved_views] = await Promise.all([
    Profile.collection.findOne({ clerk_id }, { projection: { _id: 0 } }),
    Delivery.collection.find({ clerk_id }, { sort: { last_received_at: 1 } }).toArray(),
    // Without the admin, who is somebody else.
    Audit.collection.find({ clerk_id }, { projection: { _id: 0, actor_id: 0 }, sort: { at: 1 } }).toArray(),
    listViews(clerk_id),
  ])
  return { profile, deliveries, audit, saved_views }
}

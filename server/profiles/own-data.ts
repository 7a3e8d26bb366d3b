import { Audit } from '../database/audit.ts'
import { database } from '../database/connection.ts'
import { Delivery } from '../database/deliveries.ts'
import { Profile } from '../database/profiles.ts'
import { listViews } from '../admin/saved-views.ts'

/**
 * Exports all data stored about a user: the whole profile document, the deliveries of webhook messages about them,
 * which fields admins changed and when, and the searches that they saved as an admin.
 */
export async function exportProfile(clerk_id: string) {
  await database()
  const [profile, deliveries, audit, saved_views] = await Promise.all([
    Profile.collection.findOne({ clerk_id }, { projection: { _id: 0 } }),
    Delivery.collection.find({ clerk_id }, { sort: { last_received_at: 1 } }).toArray(),
    // Without the admin's id, which is another person's data.
    Audit.collection.find({ clerk_id }, { projection: { _id: 0, actor_id: 0 }, sort: { at: 1 } }).toArray(),
    listViews(clerk_id),
  ])
  return { profile, deliveries, audit, saved_views }
}

import type { AuditEntry } from '../database/audit.ts'
import { collection } from '../database/connection.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { listViews } from '../admin/saved-views.ts'

/**
 * Exports all data stored about a user: the whole profile document, the deliveries of webhook messages about them,
 * which fields admins changed and when, and the searches that they saved as an admin.
 */
export async function exportProfile(clerk_id: string) {
  const [profiles, delivered, audited] = await Promise.all([
    collection<ProfileDocument>('profiles'),
    collection<DeliveryDocument>('deliveries'),
    collection<AuditEntry>('audit_log'),
  ])
  const [profile, deliveries, audit, saved_views] = await Promise.all([
    profiles.findOne({ clerk_id }, { projection: { _id: 0 } }),
    delivered.find({ clerk_id }, { sort: { last_received_at: 1 } }).toArray(),
    // Without the admin's id, which is another person's data.
    audited.find({ clerk_id }, { projection: { _id: 0, actor_id: 0 }, sort: { at: 1 } }).toArray(),
    listViews(clerk_id),
  ])
  return { profile, deliveries, audit, saved_views }
}

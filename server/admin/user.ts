import { listAudit, recordAudit, withdrawAudit } from '../database/audit.ts'
import type { AuditEntry } from '../database/audit.ts'
import { collection } from '../database/connection.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'
import { timeOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { listDeliveriesAbout } from '../sync/list-deliveries.ts'
import type { ProfileEdit, ProfileView } from '../../shared/profile.ts'
import type { UserIdentity } from '../../shared/answers.ts'
import type { Finder } from '../clerk/identities.ts'
import { reconcileActor } from '../sync/repair.ts'
import { editProfile, viewOf } from '../profiles/profile.ts'
import { UserUnknown, ProfileGone, ProfileChanged, ClerkUnavailable } from '../errors.ts'

/** A user as admins see them. */
export interface UserForAdmin {
  /** Null if Clerk has no such user or did not respond. */
  identity: UserIdentity | null
  /** False if Clerk did not respond. */
  identity_known: boolean
  /** 'none' means that no event and no edit has created a profile yet. */
  state: 'stored' | 'none' | 'deleted'
  profile: ProfileView
  created_at: Date | null
  updated_at: Date | null
  deleted_at: Date | null
  /** The last sign-in; null if the app does not store it. */
  last_seen_at: Date | null
  /** Newest first. */
  deliveries: DeliveryDocument[]
  /** Newest first. */
  audit: (AuditEntry & { actor_name: string | null })[]
}

/** The maximum number of deliveries, and of audit entries, in the response. */
const most = 20

/** @throws UserUnknown when neither Clerk nor the database has this user */
export async function readAsAdmin(clerk_id: string, identities: Finder): Promise<UserForAdmin> {
  const profiles = await collection<ProfileDocument>('profiles')
  const [row, found, deliveries, entries] = await Promise.all([
    profiles.findOne({ clerk_id }),
    identities.find([clerk_id]),
    listDeliveriesAbout(clerk_id, most),
    listAudit(clerk_id, most),
  ])
  if (!row && found.get(clerk_id) === null) throw new UserUnknown('There is no such user')
  const actors = await identities.find(entries.map(({ actor_id }) => actor_id).filter(id => id !== reconcileActor))
  const deleted_at = timeOf(row, 'deleted_at')
  return {
    identity: found.get(clerk_id) ?? null,
    identity_known: found.has(clerk_id),
    state: stateOf(row),
    profile: viewOf(deleted_at ? null : row),
    created_at: timeOf(row, 'created_at'),
    updated_at: timeOf(row, 'updated_at'),
    deleted_at,
    last_seen_at: deleted_at ? null : timeOf(row, 'last_seen_at'),
    deliveries,
    audit: entries.map(entry => ({ ...entry, actor_name: actors.get(entry.actor_id)?.name ?? null })),
  }
}

function stateOf(row: ProfileDocument | null): UserForAdmin['state'] {
  if (!row) return 'none'
  return timeOf(row, 'deleted_at') ? 'deleted' : 'stored'
}

/**
 * Applies an admin's edit of a user's profile. It writes the audit entry first, so that no edit is ever unlogged.
 * @throws UserUnknown when neither Clerk nor the database has this user
 * @throws ClerkUnavailable when there is no profile yet and Clerk is not responding
 * @throws ProfileGone, ProfileChanged like editProfile
 */
export async function editAsAdmin({ actor_id, clerk_id, edit, versions }: {
  actor_id: string
  clerk_id: string
  edit: ProfileEdit
  versions?: string[]
}, identities: Finder): Promise<ProfileView> {
  await requireExistence(clerk_id, identities)
  const entries = await recordAudit([{ actor_id, clerk_id, action: 'profile.edit', fields: Object.keys(edit) }])
  try {
    return await editProfile(clerk_id, edit, versions)
  }
  catch (error) {
    // The edit was refused. After any other error it may have been applied, so the entry stays.
    if (error instanceof ProfileGone || error instanceof ProfileChanged) await withdrawAudit(entries)
    throw error
  }
}

/** An edit creates a missing row, so the user must exist in Clerk. */
async function requireExistence(clerk_id: string, identities: Finder): Promise<void> {
  const profiles = await collection<ProfileDocument>('profiles')
  if (await profiles.findOne({ clerk_id }, { projection: { _id: 1 } })) return
  const identity = (await identities.find([clerk_id])).get(clerk_id)
  if (identity === null) throw new UserUnknown('There is no such user')
  if (identity) return
  throw new ClerkUnavailable('Clerk is not responding, and this user has no profile yet. Try again in a moment')
}

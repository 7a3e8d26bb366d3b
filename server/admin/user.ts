import { listAudit, recordAudit, withdrawAudit } from '../database/audit.ts'
import type { AuditEntry } from '../database/audit.ts'
import { database } from '../database/connection.ts'
import type { DeliveryDocument } from '../database/deliveries.ts'
import { Profile, timeOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { listDeliveries } from '../sync/list-deliveries.ts'
import type { ProfileEdit, ProfileView } from '../../shared/profile.ts'
import type { UserIdentity } from '../../shared/search.ts'
import type { Finder } from '../clerk/identities.ts'
import { editProfile, viewOf } from '../profiles/profile.ts'
import { UserUnknown, ProfileGone, ProfileChanged, ClerkUnavailable } from '../errors.ts'

/** A user as admins see them. */
export interface UserForAdmin {
  /** Null where Clerk has no such user, or did not answer. */
  identity: UserIdentity | null
  /** False: Clerk did not answer. */
  identity_known: boolean
  /** 'none': no event and no edit has made a row yet. */
  state: 'stored' | 'none' | 'deleted'
  profile: ProfileView
  created_at: Date | null
  updated_at: Date | null
  deleted_at: Date | null
  /** The newest of each first. */
  deliveries: DeliveryDocument[]
  audit: (AuditEntry & { actor_name: string | null })[]
}

/** Deliveries and audit entries that are shown of a user. */
const most = 20

/** @throws UserUnknown when Clerk says that there is no such user, and no row does either */
export async function readAsAdmin(clerk_id: string, identities: Finder): Promise<UserForAdmin> {
  await database()
  const [row, found, deliveries, entries] = await Promise.all([
    Profile.collection.findOne<ProfileDocument>({ clerk_id }),
    identities.find([clerk_id]),
    listDeliveries(most, clerk_id),
    listAudit(clerk_id, most),
  ])
  if (!row && found.get(clerk_id) === null) throw new UserUnknown('There is no such user')
  const actors = await identities.find(entries.map(({ actor_id }) => actor_id))
  return {
    identity: found.get(clerk_id) ?? null,
    identity_known: found.has(clerk_id),
    state: row ? timeOf(row, 'deleted_at') ? 'deleted' : 'stored' : 'none',
    profile: viewOf(timeOf(row, 'deleted_at') ? null : row),
    created_at: timeOf(row, 'created_at'),
    updated_at: timeOf(row, 'updated_at'),
    deleted_at: timeOf(row, 'deleted_at'),
    deliveries,
    audit: entries.map(entry => ({ ...entry, actor_name: actors.get(entry.actor_id)?.name ?? null })),
  }
}

/**
 * An admin's edit of somebody's profile, as editProfile does it. It is in the audit log before it is done:
 * no edit is ever unlogged.
 * @throws UserUnknown, ClerkUnavailable when there is no row, and Clerk has no such user or does not answer
 * @throws ProfileGone, ProfileChanged as editProfile does
 */
export async function editAsAdmin({ actor_id, clerk_id, edit, versions }: {
  actor_id: string
  clerk_id: string
  edit: ProfileEdit
  versions?: string[]
}, identities: Finder): Promise<ProfileView> {
  await database()
  await requireExistence(clerk_id, identities)
  const entries = await recordAudit([{ actor_id, clerk_id, action: 'profile.edit', fields: Object.keys(edit) }])
  try {
    return await editProfile(clerk_id, edit, versions)
  }
  catch (error) {
    // Refused. After any other failure the edit may have arrived, and the entry stays.
    if (error instanceof ProfileGone || error instanceof ProfileChanged) await withdrawAudit(entries)
    throw error
  }
}

/** An edit makes a row where there is none: of somebody who exists, and of nobody else. */
async function requireExistence(clerk_id: string, identities: Finder): Promise<void> {
  if (await Profile.collection.findOne({ clerk_id }, { projection: { _id: 1 } })) return
  const identity = (await identities.find([clerk_id])).get(clerk_id)
  if (identity === null) throw new UserUnknown('There is no such user')
  if (!identity) throw new ClerkUnavailable('Clerk does not answer, and there is no profile yet. Try again in a moment')
}

import type { ResyncOutcome } from '../../shared/sync.ts'
import type { BackendApi } from '../clerk/backend-api.ts'
import { recordAudit } from '../database/audit.ts'
import { bindInstance } from '../database/clerk-instance.ts'
import { applyUsers, buryUser } from '../sync/apply-users.ts'

export interface ResyncOptions {
  actor_id: string
  clerk_id: string
  clerk: BackendApi
  deleteMode: 'erase' | 'flag'
  onUserChange: (clerk_id: string) => void
  /** Marks the profile as deleted, if Clerk does not have the user. */
  bury: boolean
}

/**
 * Reads a user from Clerk, and applies them to their profile by the same guarded write as a webhook.
 * @throws WrongInstance when the database belongs to another Clerk instance than the secret key
 * @throws ClerkRefused, ClerkUnavailable when Clerk does not answer
 */
export async function resync({ bury, ...options }: ResyncOptions): Promise<ResyncOutcome> {
  const { actor_id, clerk_id, clerk, deleteMode, onUserChange } = options
  await bindInstance(await clerk.getInstance())
  const user = await clerk.getUser(clerk_id)
  if (!user && !bury) return 'gone'
  if (user) {
    const { changed, fault } = await applyUsers([user], { deleteMode, dryRun: false, onUserChange })
    if (fault) throw new Error(fault)
    return changed > 0 ? 'applied' : 'stale'
  }
  await recordAudit([{ actor_id, clerk_id, action: 'profile.repair', fields: ['gone'] }])
  await buryUser(clerk_id, { deleteMode, onUserChange })
  return 'buried'
}

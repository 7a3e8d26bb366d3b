import type { DifferenceKind } from '../../shared/sync.ts'
import { recordAudit, withdrawAudit } from '../database/audit.ts'
import type { AuditEntry } from '../database/audit.ts'
import { collection } from '../database/connection.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { durable } from '../database/durable.ts'
import { applyUsers, buryUser } from './apply-users.ts'
import type { Difference } from './compare.ts'
import type { RunContext } from './run.ts'

/** The author of its entries in the audit log. */
export const reconcileActor = 'reconcile'

/** Calls to Clerk at a time. */
const concurrency = 10

/**
 * Makes profiles equal to Clerk's users. It writes the audit entries first, so that no repair is ever unlogged.
 * @returns how many profiles changed, and what could not be applied
 */
export async function repairAll(
  differences: Difference[],
  context: RunContext,
): Promise<{ changed: number, fault?: string }> {
  let changed = 0
  let fault: string | undefined
  for (let start = 0; start < differences.length; start += concurrency) {
    const results = await Promise.all(differences.slice(start, start + concurrency).map(async (difference) => {
      const entries = await recordAudit([entryOf(difference)])
      const result = await repair[difference.kind](difference, context)
      if (result.changed === 0) await withdrawAudit(entries)
      return result
    }))
    for (const result of results) {
      changed += result.changed
      fault = result.fault ?? fault
    }
  }
  return { changed, fault }
}

function entryOf({ clerk_id, kind }: Difference): Omit<AuditEntry, 'at'> {
  return { actor_id: reconcileActor, clerk_id, action: 'profile.repair', fields: [kind] }
}

type Repair = (difference: Difference, context: RunContext) => Promise<{ changed: number, fault?: string }>

const repair: Record<DifferenceKind, Repair> = {
  missing: ({ user }, context) => applyUsers([user!], context),
  behind: ({ user }, context) => applyUsers([user!], context),
  gone: bury,
  revived: revive,
}

/** Marks a profile as deleted, if Clerk says once more that it does not have the user. */
async function bury({ clerk_id }: Difference, context: RunContext) {
  if (await context.clerk.getUser(clerk_id, context.signal)) return { changed: 0 }
  await buryUser(clerk_id, context)
  return { changed: 1 }
}

/**
 * Replaces a tombstone, if Clerk says once more that it has the user. Clerk never gives an id to another user, so such
 * a tombstone was a mistake. If a deletion arrives meanwhile, it changes `updated_at`, and the tombstone stays.
 */
async function revive({ clerk_id, row }: Difference, context: RunContext) {
  const user = await context.clerk.getUser(clerk_id, context.signal)
  if (!user) return { changed: 0 }
  const profiles = await collection<ProfileDocument>('profiles')
  const { matchedCount } = await profiles.updateOne(
    { clerk_id, deleted_at: row!.deleted_at, updated_at: row!.updated_at },
    { $unset: { deleted_at: 1 }, $set: { clerk_updated_at: new Date(0) } },
    { writeConcern: durable },
  )
  return matchedCount === 0 ? { changed: 0 } : applyUsers([user], context)
}

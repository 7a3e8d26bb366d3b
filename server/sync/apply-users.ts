import type { ClerkUser } from '../clerk/backend-api.ts'
import { collection } from '../database/connection.ts'
import { timeOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { applyAll } from '../database/sync-store.ts'
import { readSeeds } from './profile-rules.ts'
import { decodeChange, RejectedEvent } from './decode.ts'
import type { UserChange, UserDeletion } from './decode.ts'
import type { RunContext } from './run.ts'

/** The deadline for the write of one page, in milliseconds. */
const writeTimeoutMS = 30_000

/** The parts of a row that say which version of its user it holds. */
export type StoredVersion = Pick<ProfileDocument, 'clerk_updated_at' | 'updated_at' | 'deleted_at'>

export async function readVersions(ids: string[]): Promise<Map<string, StoredVersion>> {
  const profiles = await collection<ProfileDocument>('profiles')
  const rows = await profiles
    .find({ clerk_id: { $in: ids } })
    .project<StoredVersion & { clerk_id: string }>({
      _id: 0, clerk_id: 1, clerk_updated_at: 1, updated_at: 1, deleted_at: 1,
    })
    .toArray()
  return new Map(rows.map(row => [row.clerk_id, row]))
}

export const isTombstone = (row: StoredVersion | undefined) => timeOf(row, 'deleted_at') !== null

/** Whether a user is newer than the row. A tombstone is final. */
export function isNewer({ updated_at }: Pick<ClerkUser, 'updated_at'>, row: StoredVersion | undefined): boolean {
  if (!row) return true
  if (isTombstone(row)) return false
  // A row that another program wrote has no version, and counts as older.
  const version: unknown = row.clerk_updated_at
  return !(version instanceof Date) || version.getTime() < updated_at
}

/**
 * Marks a profile as deleted, by the same write as a webhook. The caller knows that Clerk does not have the user.
 * @throws MongoError when the write did not become durable
 */
export async function buryUser(
  clerk_id: string,
  { deleteMode, onUserChange }: Pick<RunContext, 'deleteMode' | 'onUserChange'>,
): Promise<void> {
  const deletion: UserDeletion = { kind: 'deletion', clerk_id }
  const { outcomes: [outcome] } = await applyAll([deletion], { deleteMode, timeoutMS: writeTimeoutMS })
  if (outcome instanceof Error) throw outcome
  onUserChange(clerk_id)
}

/**
 * Applies Clerk's users to their profiles, by the same guarded write as a webhook: those that are newer.
 * @returns how many profiles changed (in a dry run: would change), what could not be applied, and the ids of users
 * whose write failed
 * @throws MongoError when the writes did not become durable
 */
export async function applyUsers(
  users: ClerkUser[],
  { deleteMode, dryRun, onUserChange }: Pick<RunContext, 'deleteMode' | 'dryRun' | 'onUserChange'>,
): Promise<{ changed: number, fault?: string, failed: string[] }> {
  const versions = await readVersions(users.map(({ id }) => id))
  const changes: UserChange[] = []
  const failed: string[] = []
  let fault: string | undefined
  for (const user of users.filter(each => isNewer(each, versions.get(each.id)))) {
    try {
      changes.push(decodeChange(user, readSeeds).change)
    }
    catch (error) {
      if (!(error instanceof RejectedEvent)) throw error
      fault = `A user of Clerk's cannot be stored: ${error.message}`
    }
  }
  if (dryRun || changes.length === 0) return { changed: changes.length, fault, failed }
  const { outcomes } = await applyAll(changes, { deleteMode, timeoutMS: writeTimeoutMS })
  outcomes.forEach((outcome, index) => {
    const { clerk_id } = changes[index]!
    if (!(outcome instanceof Error)) return onUserChange(clerk_id)
    failed.push(clerk_id)
    fault = `The profile of ${clerk_id} could not be written: ${outcome.message}`
  })
  return { changed: outcomes.filter(outcome => outcome === 'applied').length, fault, failed }
}

import type { mongo } from 'mongoose'
import type { ProfileField } from '../../shared/profile.ts'
import { tokenFields } from '../../shared/token.ts'
import type { BackendApi, ClerkUser } from '../clerk/backend-api.ts'
import { collection } from '../database/connection.ts'
import { acquireLease } from '../database/leases.ts'
import { alive } from '../database/profile-filters.ts'
import { fieldOf, timeOf } from '../database/profiles.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { durable } from '../database/durable.ts'
import { LeaseHeld } from '../errors.ts'

// Fields with inToken also go to Clerk's public metadata, from which it makes the session token. Every write of such a
// field sets token_due in the same operation, so no change is forgotten, and it is sent until Clerk has it.

/** Calls to Clerk at a time. */
const concurrency = 10
const isDue = { token_due: { $type: 'date' as const } }
const profiles = () => collection<ProfileDocument>('profiles')

type Row = Pick<ProfileDocument, 'clerk_id' | 'token_due' | 'deleted_at' | ProfileField>

/**
 * Sends a user's fields to Clerk, if they are due. For a user that Clerk no longer has, there is nothing to do.
 * @throws ClerkRefused, ClerkUnavailable when Clerk does not take them; they stay due
 */
export async function publish(clerk: BackendApi, clerk_id: string, signal?: AbortSignal): Promise<void> {
  const rows = await profiles()
  const row = await rows.findOne<Row>({ ...alive(clerk_id), ...isDue })
  if (!row) return
  const values = Object.fromEntries(tokenFields().map(name => [name, fieldOf(row, name)]))
  await clerk.setPublicProfile(clerk_id, values, signal)
  // Unless a field has changed meanwhile, perhaps within the same millisecond. Null also matches an absent field.
  const sent = Object.fromEntries(tokenFields().map(name => [name, row[name] ?? null]))
  await rows.updateOne(
    { clerk_id, token_due: row.token_due, ...sent } as mongo.Filter<ProfileDocument>,
    { $unset: { token_due: 1 } },
    { writeConcern: durable },
  )
}

/**
 * Sends the fields of all users that are due, the longest waiting first. One process at a time does so.
 * @throws ClerkRefused, ClerkUnavailable when Clerk takes none; what was not sent stays due
 */
export async function publishDue({ clerk, signal }: { clerk: BackendApi, signal: AbortSignal }): Promise<void> {
  if (tokenFields().length === 0) return
  const rows = await profiles()
  if (!(await rows.findOne(isDue))) return
  const lease = await acquireLease('publish').catch((error) => {
    if (error instanceof LeaseHeld) return null
    throw error
  })
  if (!lease) return
  const either = AbortSignal.any([signal, lease.signal])
  try {
    await using due = rows.find(isDue, { projection: { clerk_id: 1 }, sort: { token_due: 1 }, batchSize: 1_000 })
    while (await due.hasNext()) {
      const sent = await Promise.allSettled(
        due.readBufferedDocuments(concurrency).map(({ clerk_id }) => publish(clerk, clerk_id, either)),
      )
      either.throwIfAborted()
      // A user that Clerk refuses does not hold back the others.
      if (sent.every(({ status }) => status === 'rejected')) throw (sent[0] as PromiseRejectedResult).reason
    }
  }
  finally {
    await lease.release().catch(() => {})
  }
}

/** Marks the profiles whose fields Clerk's users have otherwise, for `publishDue`. */
export async function markUnpublished(users: ClerkUser[]): Promise<void> {
  const names = tokenFields()
  if (names.length === 0) return
  const rows = await profiles()
  const published = new Map(users.map(user => [user.id, user.public_metadata.profile]))
  const found = await rows.find<Row>({ clerk_id: { $in: [...published.keys()] } }).toArray()
  const differing = found.filter((row) => {
    const values = published.get(row.clerk_id)!
    return !timeOf(row, 'deleted_at') && names.some(name => fieldOf(row, name) !== (values[name] ?? null))
  })
  if (differing.length === 0) return
  await rows.bulkWrite(differing.map(({ clerk_id }) => {
    return { updateOne: { filter: alive(clerk_id), update: { $set: { token_due: new Date() } } } }
  }), { ordered: false, writeConcern: durable })
}

import { expect } from 'vitest'
import type { useClerk } from './clerk.ts'
import type { useDatabase } from './database.ts'

type Clerk = ReturnType<typeof useClerk>
type Database = ReturnType<typeof useDatabase>

/** Empties the app's collections. */
export async function clearAll({ stored }: Database): Promise<void> {
  const collections = await stored.client.db('addendum').collections()
  await Promise.all(collections.map(collection => collection.deleteMany({})))
}

/** Kills a run at one of its requests to Clerk, counted from 0: the run rejects with 'killed'. */
export function killAt(clerk: Clerk, request: number): AbortSignal {
  const end = new AbortController()
  let requests = 0
  clerk.spoil = () => {
    if (requests++ >= request) end.abort(new Error('killed'))
    return undefined
  }
  return end.signal
}

/** Creates users whose versions and times of creation are the given milliseconds. */
export function createUsers({ local }: Clerk, count: number, at = (index: number) => 1_000_000 + index): string[] {
  return local.store.transaction(() => Array.from({ length: count }, (_, index) => {
    const { id } = local.users.create({ id: `user_${String(index).padStart(5, '0')}`, created_at: at(index) })
    return id
  }))
}

/** Clerk's users, as they are. */
export function usersOf({ local }: Clerk): { id: string, updated_at: number }[] {
  return local.store
    .all<{ id: string, updated_at: number }>('select id, updated_at from users order by id')
    .map(row => ({ ...row }))
}

/** The profiles that are not tombstones, and their versions. */
export async function profilesOf({ stored }: Database): Promise<{ id: string, updated_at: number }[]> {
  const rows = await stored.profiles.find({ deleted_at: { $exists: false } }).sort({ clerk_id: 1 }).toArray()
  return rows.map(({ clerk_id, clerk_updated_at }) => ({ id: clerk_id, updated_at: clerk_updated_at!.getTime() }))
}

/** The profiles are Clerk's users, each in its version. */
export async function expectInSync(clerk: Clerk, database: Database): Promise<void> {
  expect(await profilesOf(database)).toEqual(usersOf(clerk))
}

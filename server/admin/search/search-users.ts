import { emptyProfile } from '../../../shared/profile.ts'
import type { AdminProfile, AdminProfilePage, ProfileFilter, Sort } from '../../../shared/search.ts'
import { Profile } from '../../database/profiles.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { prepareFilter } from './prepare-filter.ts'
import type { UserFinder } from './prepare-filter.ts'
import { searchProfiles } from './search-profiles.ts'

interface Query {
  filter: ProfileFilter
  sort: Sort
  cursor?: string
  limit: number
}

interface Context {
  /** The key that signs cursors. */
  secret: string
  users: UserFinder
}

/**
 * Finds a page of the search, in the form of the API's response. A search by name or email asks Clerk first, and then
 * searches the profiles of the users that Clerk found. Without another filter, users without a profile come last.
 * @throws InvalidCursor
 * @throws ClerkUnavailable when the search needs Clerk and Clerk is not responding
 * @throws MongoError when the database is unavailable
 */
export async function searchUsers(
  { filter, sort, cursor, limit }: Query,
  { secret, users }: Context,
): Promise<AdminProfilePage> {
  const start = cursor === undefined ? undefined : decodeCursor(cursor, sort, secret)
  const { found, hasMoreUsers = false } = await prepareFilter(filter, users)
  const page = await searchProfiles({ filter, found, sort }, { cursor: start, limit })
  const isByNameAlone = Object.keys(filter).length === 1
  const strangers = found && isByNameAlone && !page.next ? await withoutProfile(found) : []
  return {
    profiles: [...page.profiles, ...strangers],
    total: { ...page.total, count: page.total.count + strangers.length },
    previous_cursor: page.previous && encodeCursor(page.previous, secret),
    next_cursor: page.next && encodeCursor(page.next, secret),
    narrow_q: hasMoreUsers,
  }
}

async function withoutProfile(ids: string[]): Promise<AdminProfile[]> {
  const rows = await Profile.collection.find({ clerk_id: { $in: ids } }, { projection: { clerk_id: 1 } }).toArray()
  const stored = new Set(rows.map(({ clerk_id }) => clerk_id))
  return ids
    .filter(id => !stored.has(id))
    .map(clerk_id => ({ clerk_id, ...emptyProfile(), created_at: null, updated_at: null }))
}

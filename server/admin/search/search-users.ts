import { emptyProfile } from '../../../shared/profile.ts'
import type { AdminProfilePage } from '../../../shared/answers.ts'
import type { ProfileFilter, Sort } from '../../../shared/search.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { prepareFilter } from './prepare-filter.ts'
import type { UserFinder } from './prepare-filter.ts'
import { searchProfiles } from './search-profiles.ts'
import { withoutProfile } from './without-profile.ts'

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
  const search = await prepareFilter(filter, users)
  const page = await searchProfiles({ ...search, sort }, { cursor: start, limit })
  const others = page.next ? [] : await withoutProfile(search)
  return {
    profiles: [
      ...page.profiles,
      ...others.map(clerk_id => ({ clerk_id, ...emptyProfile(), created_at: null, updated_at: null })),
    ],
    previous_cursor: page.previous && encodeCursor(page.previous, secret),
    next_cursor: page.next && encodeCursor(page.next, secret),
    narrow_q: search.hasMoreUsers ?? false,
  }
}

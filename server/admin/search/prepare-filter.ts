import type { ProfileFilter } from '../../../shared/search.ts'
import type { createIdentities } from '../../clerk/identities.ts'

/** A filter that needs no more data from Clerk. */
export interface PreparedFilter {
  filter: ProfileFilter
  /** The clerk_ids of the users that Clerk found for `filter.q`; absent without `q`. */
  found?: string[]
  /** Whether Clerk found more users than these. */
  hasMoreUsers?: boolean
}

/** Searches Clerk's users by name or email address. */
export type UserFinder = Pick<ReturnType<typeof createIdentities>, 'search'>

/**
 * Replaces a name or an email address in a filter with the matching users, which only Clerk knows.
 * @throws ClerkUnavailable when the filter has `q` and Clerk is not responding
 */
export async function prepareFilter(filter: ProfileFilter, users: UserFinder): Promise<PreparedFilter> {
  if (filter.q === undefined) return { filter }
  const { ids, more } = await users.search(filter.q)
  return { filter, found: ids, hasMoreUsers: more }
}

import type { User } from '@clerk/backend'
import { LRUCache } from 'lru-cache'
import type { UserIdentity } from '../../shared/answers.ts'
import { within } from '../deadline.ts'
import { rememberAnswers } from '../remember.ts'
import { ClerkUnavailable } from '../errors.ts'

/** Identities by clerk_id. Null means that Clerk has no such user; absent means that Clerk did not respond. */
export type Identities = Map<string, UserIdentity | null>

/** The part of the cache that reads identities by id. */
export type Finder = Pick<ReturnType<typeof createIdentities>, 'find'>

export interface IdentitiesOptions {
  /** Calls Clerk's Backend API. Returns only the users that exist. */
  fetchUsers: (ids: string[]) => Promise<User[]>
  /** Calls Clerk's Backend API. Returns the first matching users and the number of all matches. */
  searchUsers: (query: string, limit: number) => Promise<{ data: User[], totalCount: number }>
  /** Called with the error of each failed call. */
  onError: (error: Error) => void
  /** Returns milliseconds, greater than 0. */
  clock?: { now: () => number }
}

/** Ids per call; 100 is Clerk's maximum. */
const batchSize = 100
const bounds = { max: 20_000, ttl: 5 * 60_000 }
/** How long a page waits for names, in milliseconds. */
const patience = 3_000
/** How long no calls are made after a failure, in milliseconds, unless Clerk sends a Retry-After header. */
const rest = 5_000

/**
 * A cache of users' names and pictures. It asks Clerk for up to 100 users per call, limits the number and the age of
 * its entries, and forgets a user when a webhook reports a change.
 */
export function createIdentities({ fetchUsers, searchUsers, onError, clock = performance }: IdentitiesOptions) {
  const known = new LRUCache<string, { identity: UserIdentity | null }>({ ...bounds, ttlResolution: 0, perf: clock })
  /** The running call for each id, which concurrent callers share. */
  const asked = new Map<string, Promise<Identities>>()
  /** Recent searches: a page, its counts and the next page all search for the same text. */
  const searchOnce = rememberAnswers<{ ids: string[], more: boolean }>({ max: 200, ttl: 30_000, clock })
  let restsUntil = 0

  function failed(error: Error & { retryAfter?: number }): void {
    restsUntil = Date.now() + (error.retryAfter ? error.retryAfter * 1_000 : rest)
    onError(error)
  }

  function ask(ids: string[]): Promise<Identities> {
    const call: Promise<Identities> = within(patience, fetchUsers(ids)).then(
      (users) => {
        const answer: Identities = new Map(ids.map(id => [id, null]))
        for (const user of users) answer.set(user.id, toIdentity(user))
        for (const [id, identity] of answer) {
          // If the user was forgotten meanwhile, this answer may predate the change.
          if (asked.get(id) === call) known.set(id, { identity })
        }
        return answer
      },
      (error: Error) => {
        failed(error)
        return new Map()
      },
    ).finally(() => {
      for (const id of ids) {
        if (asked.get(id) === call) asked.delete(id)
      }
    })
    for (const id of ids) asked.set(id, call)
    return call
  }

  async function searchClerk(query: string) {
    const unavailable = 'Clerk is not responding, and only Clerk knows names and email addresses. '
      + 'Try again in a moment, or search without them'
    if (Date.now() < restsUntil) throw new ClerkUnavailable(unavailable)
    const { data, totalCount } = await within(patience, searchUsers(query, batchSize)).catch((error: Error) => {
      failed(error)
      throw new ClerkUnavailable(unavailable)
    })
    for (const user of data) known.set(user.id, { identity: toIdentity(user) })
    return { ids: data.map(({ id }) => id), more: totalCount > data.length }
  }

  return {
    /** Finds users by id. Never throws: ids that Clerk did not respond to are absent from the result. */
    async find(ids: string[]): Promise<Identities> {
      const found: Identities = new Map()
      const calls = new Set<Promise<Identities>>()
      const toAsk: string[] = []
      for (const id of new Set(ids)) {
        const hit = known.get(id)
        const call = asked.get(id)
        if (hit) found.set(id, hit.identity)
        else if (call) calls.add(call)
        else if (Date.now() >= restsUntil) toAsk.push(id)
      }
      for (let start = 0; start < toAsk.length; start += batchSize) {
        calls.add(ask(toAsk.slice(start, start + batchSize)))
      }
      for (const answer of await Promise.all(calls)) {
        for (const id of ids) {
          if (answer.has(id)) found.set(id, answer.get(id)!)
        }
      }
      return found
    },
    /**
     * Finds the first 100 users whose name, username or email address contains a text.
     * @returns their ids, and whether there are more users
     * @throws ClerkUnavailable when Clerk is not responding
     */
    search(query: string): Promise<{ ids: string[], more: boolean }> {
      return searchOnce(query, () => searchClerk(query))
    },
    /** Removes a changed or deleted user from the cache. The next call asks Clerk again. */
    forget(id: string): void {
      known.delete(id)
      asked.delete(id)
    },
  }
}

function toIdentity({ id, firstName, lastName, username, imageUrl, primaryEmailAddress, banned }: User): UserIdentity {
  return {
    clerk_id: id,
    name: [firstName, lastName].filter(Boolean).join(' ') || username,
    email: primaryEmailAddress?.emailAddress ?? null,
    picture: imageUrl,
    banned: banned ?? false,
  }
}

import type { User } from '@clerk/backend'
import { LRUCache } from 'lru-cache'
import type { UserIdentity } from '../../shared/search.ts'
import { within } from '../deadline.ts'
import { rememberAnswers } from '../remember.ts'
import { ClerkUnavailable } from '../errors.ts'

/** By clerk_id, kept in memory alone, and for a while. Null: Clerk has no such user. Absent: Clerk did not answer. */
export type Identities = Map<string, UserIdentity | null>

/** What those who show identities need. */
export type Finder = Pick<ReturnType<typeof createIdentities>, 'find'>

export interface IdentitiesOptions {
  /** Clerk's Backend API: those of the users that exist. */
  fetchUsers: (ids: string[]) => Promise<User[]>
  /** Clerk's Backend API: the first users that a text fits, and how many there are. */
  searchUsers: (query: string, limit: number) => Promise<{ data: User[], totalCount: number }>
  /** Told of each call that failed. */
  onError: (error: Error) => void
  /** In milliseconds, above 0. */
  clock?: { now: () => number }
}

/** Ids in one call, as many as Clerk takes. */
const batchSize = 100
const bounds = { max: 20_000, ttl: 5 * 60_000 }
/** A page waits no longer for names, in milliseconds. */
const patience = 3_000
/** After a failure Clerk is left alone for so many milliseconds, where it does not say how long itself. */
const rest = 5_000

/**
 * Names and pictures of many users: asked for by the hundred, never one by one, kept with a bound and a
 * lifetime, and forgotten when a webhook says that the user changed.
 */
export function createIdentities({ fetchUsers, searchUsers, onError, clock = performance }: IdentitiesOptions) {
  const known = new LRUCache<string, { identity: UserIdentity | null }>({ ...bounds, ttlResolution: 0, perf: clock })
  /** The call that asks for an id, which all who want it wait for. */
  const asked = new Map<string, Promise<Identities>>()
  /** What was searched for a moment ago: a page, its counts and the next page ask for the same. */
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
          // Forgotten meanwhile: what came may be from before the change.
          if (asked.get(id) === call) known.set(id, { identity })
        }
        return answer
      },
      (error: Error) => {
        failed(error)
        return new Map()
      },
    ).finally(() => {
      for (const id of ids) if (asked.get(id) === call) asked.delete(id)
    })
    for (const id of ids) asked.set(id, call)
    return call
  }

  async function searchClerk(query: string) {
    const unavailable = 'Clerk does not answer at the moment, and only Clerk knows names and e-mail addresses. Try again in a moment, or search without them'
    if (Date.now() < restsUntil) throw new ClerkUnavailable(unavailable)
    const { data, totalCount } = await within(patience, searchUsers(query, batchSize)).catch((error: Error) => {
      failed(error)
      throw new ClerkUnavailable(unavailable)
    })
    for (const user of data) known.set(user.id, { identity: toIdentity(user) })
    return { ids: data.map(({ id }) => id), more: totalCount > data.length }
  }

  return {
    /** Never throws: where Clerk does not answer, ids are absent from the result. */
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
      for (let start = 0; start < toAsk.length; start += batchSize) calls.add(ask(toAsk.slice(start, start + batchSize)))
      for (const answer of await Promise.all(calls)) {
        for (const id of ids) if (answer.has(id)) found.set(id, answer.get(id)!)
      }
      return found
    },
    /**
     * The ids of the first hundred users whose name, username or e-mail address a text is in.
     * @returns more: there are others beside
     * @throws ClerkUnavailable when Clerk does not answer
     */
    search(query: string): Promise<{ ids: string[], more: boolean }> {
      return searchOnce(query, () => searchClerk(query))
    },
    /** The user changed or is gone: the next one who asks gets what Clerk says then. */
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

import { setTimeout as sleep } from 'node:timers/promises'
import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible'
import { z } from 'zod'
import { ClerkRefused, ClerkUnavailable } from '../errors.ts'

const milliseconds = z.int().min(0)

/** The parts of a Clerk user that the sync uses. The rest, such as private metadata, is dropped when it is read. */
const clerkUser = z.object({
  id: z.string().min(1).max(128),
  created_at: milliseconds,
  updated_at: milliseconds,
  unsafe_metadata: z.unknown(),
  // The profile fields in it alone: see server/profiles/publish.ts.
  public_metadata: z.object({ profile: z.record(z.string(), z.unknown()).catch({}) }).catch({ profile: {} }),
})
export type ClerkUser = z.infer<typeof clerkUser>

const userCount = z.object({ total_count: z.int().min(0) })
const instance = z.object({ id: z.string().min(1).max(128) })

export interface ListQuery {
  orderBy?: '+created_at' | '-updated_at'
  /** Milliseconds. */
  createdAtAfter?: number
  /** At most 100 ids. */
  userIds?: string[]
  limit: number
  offset?: number
}

export interface BackendApiOptions {
  secretKey: string
  /** Where the Backend API is, if it is not Clerk's own. */
  apiUrl?: string
  /** The time limit of one request, in milliseconds. */
  timeoutMS?: number
  /** The wait before the first repetition, in milliseconds. It doubles with each one. */
  backoffMS?: number
}

interface Call {
  signal?: AbortSignal
  attempts?: number
  /** The body of a PATCH request; GET if there is none. */
  patch?: object
}

export type BackendApi = ReturnType<typeof createBackendApi>

/** Clerk's maximum for one page of users. */
export const pageSize = 500
/** Clerk's maximum of ids in one request. */
export const idsPerRequest = 100
const maxAttempts = 5
/** Four fifths of Clerk's limits: 1,000 requests in 10 seconds in production, 100 in development. */
const budgets = { live: 80, test: 8 }
/** A longer Retry-After ends the run, and the next one continues it. In milliseconds. */
const longestWait = 60_000

/**
 * The calls to Clerk's Backend API that the sync makes. They stay within Clerk's rate limit, and repeat what may
 * succeed later: a refused or broken connection, an answer that is cut off, 429 and 5xx. Clerk's own client asks for
 * the number of all users with each page of them, which doubles the number of requests.
 *
 * Every call throws ClerkRefused when Clerk does not accept the secret key, ClerkUnavailable when it does not answer,
 * and the signal's reason when the signal aborts.
 */
export function createBackendApi({
  secretKey,
  apiUrl = 'https://api.clerk.com',
  timeoutMS = 10_000,
  backoffMS = 500,
}: BackendApiOptions) {
  const perSecond = secretKey.startsWith('sk_live_') ? budgets.live : budgets.test
  const budget = new RateLimiterQueue(new RateLimiterMemory({ points: perSecond, duration: 1 }))
  let instanceId: Promise<string> | undefined

  /** @returns the answer and Clerk's time of it, in milliseconds; undefined for 404 */
  async function call<T>(path: string, schema: z.ZodType<T>, { signal, attempts = maxAttempts, patch }: Call = {}) {
    for (let attempt = 1; ; attempt++) {
      await budget.removeTokens(1)
      signal?.throwIfAborted()
      try {
        return await request(path, schema, signal, patch)
      }
      catch (error) {
        signal?.throwIfAborted()
        if (error instanceof ClerkRefused) throw error
        const { message, retryAfterMS } = error as Error & { retryAfterMS?: number }
        const wait = retryAfterMS ?? backoffMS * 2 ** (attempt - 1)
        if (attempt >= attempts || wait > longestWait) {
          throw new ClerkUnavailable(`Clerk did not answer: ${message}. Try again in a few minutes`)
        }
        await sleep(wait, undefined, { signal })
      }
    }
  }

  async function request<T>(path: string, schema: z.ZodType<T>, signal?: AbortSignal, patch?: object) {
    const timeout = AbortSignal.timeout(timeoutMS)
    const response = await fetch(new URL(`/v1/${path}`, apiUrl), {
      method: patch ? 'PATCH' : 'GET',
      headers: { 'authorization': `Bearer ${secretKey}`, 'content-type': 'application/json' },
      body: patch && JSON.stringify(patch),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    if (response.status === 404) {
      await response.body?.cancel()
      return undefined
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw failureOf(response)
    }
    const answer = schema.safeParse(await response.json())
    const at = Date.parse(response.headers.get('date') ?? '')
    if (!answer.success || Number.isNaN(at)) throw new Error(`its answer to /v1/${path.split('?')[0]} is malformed`)
    return { data: answer.data, at }
  }

  async function existing<T>(path: string, schema: z.ZodType<T>, options?: Call) {
    const answer = await call(path, schema, options)
    if (!answer) throw new ClerkUnavailable(`GET /v1/${path.split('?')[0]} was answered 404. Check NUXT_CLERK_API_URL`)
    return answer
  }

  return {
    /** @returns a page of users, and Clerk's time of the answer: its Date header, in milliseconds */
    async listUsers(
      { orderBy = '+created_at', createdAtAfter = 0, userIds = [], limit, offset = 0 }: ListQuery,
      signal?: AbortSignal,
    ): Promise<{ users: ClerkUser[], at: number }> {
      const query = new URLSearchParams({ limit: String(limit), offset: String(offset), order_by: orderBy })
      if (createdAtAfter > 0) query.set('created_at_after', String(createdAtAfter))
      for (const id of userIds) query.append('user_id', id)
      // A page that is not what was asked for is asked for again: to go on from it would skip users.
      const isAfter = ({ created_at }: ClerkUser) => created_at >= createdAtAfter
      const page = z.array(clerkUser).refine(users => isInOrder(users, orderBy) && users.every(isAfter))
      const { data, at } = await existing(`users?${query}`, page, { signal })
      return { users: data, at }
    },
    /** @returns null when Clerk has no such user */
    async getUser(id: string, signal?: AbortSignal): Promise<ClerkUser | null> {
      return (await call(`users/${encodeURIComponent(id)}`, clerkUser, { signal }))?.data ?? null
    },
    /** Sets fields in a user's public metadata, as `profile`; null removes one. An unknown user is no error. */
    async setPublicProfile(id: string, profile: Record<string, unknown>, signal?: AbortSignal): Promise<void> {
      const patch = { public_metadata: { profile } }
      await call(`users/${encodeURIComponent(id)}/metadata`, z.unknown(), { signal, patch })
    },
    async countUsers(signal?: AbortSignal): Promise<number> {
      return (await existing('users/count', userCount, { signal })).data.total_count
    },
    /**
     * The id of the instance that the secret key belongs to, such as 'ins_2abc'. Clerk is asked once.
     * @param attempts  1 for a caller who cannot wait
     */
    getInstance(attempts = maxAttempts): Promise<string> {
      instanceId ??= existing('instance', instance, { attempts }).then(({ data }) => data.id).catch((error) => {
        instanceId = undefined
        throw error
      })
      return instanceId
    },
  }
}

function isInOrder(users: ClerkUser[], orderBy: ListQuery['orderBy']): boolean {
  return users.every((user, index) => {
    const before = users[index - 1] ?? user
    return orderBy === '-updated_at' ? before.updated_at >= user.updated_at : before.created_at <= user.created_at
  })
}

function failureOf({ status, headers }: Response): Error {
  if (status === 401 || status === 403) {
    return new ClerkRefused('Clerk does not accept the secret key. Check NUXT_CLERK_SECRET_KEY')
  }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const retryAfterMS = status === 429 && seconds >= 0 ? seconds * 1_000 : undefined
  return Object.assign(new Error(`the status is ${status}`), { retryAfterMS })
}

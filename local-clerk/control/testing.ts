import type { Router } from 'h3'
import { ClerkError } from '../errors.ts'
import { seed, seedPeople } from '../seed.ts'
import { action, badRequest, readJSON } from './context.ts'
import type { Context } from './context.ts'

interface Seeding {
  done: number
  count: number
}

/**
 * Test data, the clock and the rate limit.
 * @returns a function that tells the progress, or null when no users are being created
 */
export function addTestRoutes(
  router: Router,
  { store, users, accounts, publish, reverification, rateLimit, reset }: Context,
): () => Seeding | null {
  let seeding: Seeding | null = null

  router.post('/control/seed', action(async (event) => {
    const { count = 0, live = false } = await readJSON<{ count: number, live: boolean }>(event)
    if (!Number.isInteger(count) || count < 0 || count > 1_000_000) {
      throw badRequest('count must be an integer from 0 to 1000000')
    }
    if (seeding) throw new ClerkError(409, 'seeding', 'Users are already being created. Wait until that is done')
    seed(users, accounts)
    seeding = { done: 0, count }
    const onProgress = (done: number) => {
      seeding = { done, count }
    }
    try {
      await seedPeople({ store, users, publish }, count, { live, done: onProgress })
    }
    finally {
      seeding = null
    }
  }))

  router.post('/control/clock', action(async (event) => {
    const { ahead_ms } = await readJSON<{ ahead_ms: number }>(event)
    if (typeof ahead_ms !== 'number' || !Number.isFinite(ahead_ms)) throw badRequest('ahead_ms must be a number')
    reverification.setAhead(ahead_ms)
  }))

  router.post('/control/rate-limit', action(async (event) => {
    const { per_second = 0 } = await readJSON<{ per_second: number }>(event)
    rateLimit.perSecond = per_second
  }))

  router.post('/control/reset', action(reset))

  return () => seeding
}

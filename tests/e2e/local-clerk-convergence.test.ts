import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startServer } from '../support/server.ts'

const countries = fc.constantFrom('CA', 'US', 'DE', undefined)
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create' as const), country: countries }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('update' as const), user: fc.nat(), country: countries }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), user: fc.nat() }) },
)

describe('with any fault between Local Clerk and the app', () => {
  it('profiles end in sync with Clerk\'s users', async () => {
    const mongod = await startMongod()
    const dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-'))
    const clerk = await startLocalClerk({ dataDir, retryScale: 0.0001 })
    const server = await startServer({ ...clerk.env, MONGODB_URI: mongod.uri })
    const stored = await openDatabase(mongod.uri)
    clerk.webhooks.setUrl(server.webhooks)
    const { users } = createClerkClient({ secretKey: clerk.env.NUXT_CLERK_SECRET_KEY, apiUrl: clerk.url })
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
          clerk.webhooks.setFaults({ duplicate: 0.3, drop: 0.2, wrong_signature: 0.3, delay: 0, reorder: 60 })
          const made: { id: string, alive: boolean, version: number, firstSeed?: string }[] = []
          for (const each of steps) {
            if (each.kind === 'create') {
              const user = await users.createUser({ unsafeMetadata: { country: each.country } })
              made.push({ id: user.id, alive: true, version: user.updatedAt, firstSeed: each.country })
              continue
            }
            const alive = made.filter(user => user.alive)
            const user = alive[each.user % alive.length]
            if (!user) continue
            if (each.kind === 'delete') {
              await users.deleteUser(user.id)
              user.alive = false
            }
            else {
              user.version = (await users.updateUser(user.id, { unsafeMetadata: { country: each.country } })).updatedAt
              user.firstSeed ??= each.country
            }
          }
          // Lost messages are sent again at the end, as Svix's recovery does.
          for (const { id, state } of clerk.webhooks.list(200)) if (state === 'dropped') clerk.webhooks.replay(id)
          await expect.poll(() => clerk.webhooks.idle(), { timeout: 30_000 }).toBe(true)

          expect(clerk.webhooks.list(200).every(({ state }) => state === 'delivered')).toBe(true)
          for (const { id, alive, version, firstSeed } of made) {
            const profile = await stored.profiles.findOne({ clerk_id: id })
            if (alive)
              expect([profile?.clerk_updated_at, profile?.deleted_at, profile?.country]).toEqual([
                new Date(version),
                undefined,
                firstSeed,
              ])
            else expect(profile).toMatchObject({ deleted_at: expect.any(Date) })
          }
        }),
        { numRuns: 25 },
      )
    }
    finally {
      await stored.close()
      await server.stop()
      await clerk.stop()
      await mongod.stop()
      await rm(dataDir, { recursive: true })
    }
  })
})

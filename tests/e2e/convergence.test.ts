import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, startReplicaSet } from '../../fixtures/mongodb.ts'
import { startServer } from '../support/server.ts'
import type { Server } from '../support/server.ts'
import { deliver, message, pooled, userEvent } from '../../fixtures/webhooks.ts'
import type { Message } from '../../fixtures/webhooks.ts'

let set: Awaited<ReturnType<typeof startReplicaSet>>
let servers: Server[]
let stored: Awaited<ReturnType<typeof openDatabase>>
beforeAll(async () => {
  set = await startReplicaSet(1)
  servers = await Promise.all([1, 2].map(() => startServer({ MONGODB_URI: set.uri })))
  stored = await openDatabase(set.uri)
})
afterAll(async () => {
  await stored.close()
  await Promise.all(servers.map(server => server.stop()))
  await set.stop()
})

const seeds = fc.record(
  {
    country: fc.constantFrom('CA', 'US', 'DE', 'Atlantis', null),
    birthday: fc.constantFrom('1990-05-12', '2001-07-04', '2025-02-29'),
    bio: fc.constantFrom('Coffee enthusiast.', 'Loves to read.', '$bio', 5),
  },
  { requiredKeys: [] },
)

const user = fc.record({
  // A gap of 0: two versions in the same millisecond.
  versions: fc.array(fc.record({ gap: fc.nat(2), seeds }), { minLength: 1, maxLength: 6 }),
  deleted: fc.boolean(),
  edit: fc.option(
    fc.record({ country: fc.constantFrom('FR', null), bio: fc.constantFrom('Mine.', null) }, { requiredKeys: [] }),
  ),
})
type User = typeof user extends fc.Arbitrary<infer T> ? T : never

/** How one message travels: its attempts, each at a time and to a server. */
const journey = fc.array(fc.record({ at: fc.nat(1_000), server: fc.nat(1) }), { minLength: 1, maxLength: 3 })

const base = Date.UTC(2026, 0, 1)
let runs = 0

/** Clerk's messages about a user, in order. */
function history({ versions, deleted }: User, id: string): Message[] {
  let version = base
  const events: object[] = versions.map(({ gap, seeds }, index) => {
    version += gap
    return userEvent(index === 0 ? 'user.created' : 'user.updated', id, version, seeds)
  })
  if (deleted)
    events.push({
      object: 'event',
      type: 'user.deleted',
      timestamp: version + 1,
      instance_id: 'ins_local',
      data: { object: 'user', id, deleted: true },
    })
  return events.map(event => message(event))
}

/** A user's edit in the app: it creates a missing row, and never revives a tombstone. */
async function edit(id: string, fields: object): Promise<void> {
  const write = (upsert: boolean) =>
    stored.profiles.updateOne(
      { clerk_id: id, deleted_at: { $exists: false } },
      {
        $set: { ...fields, updated_at: new Date() },
        $unset: Object.fromEntries(Object.keys(fields).map(field => [`seeded_from.${field}`, ''])),
        $setOnInsert: { clerk_updated_at: new Date(0), visibility: 'private', created_at: new Date() },
      },
      { upsert },
    )
  await write(true).catch(() => write(false))
}

/** A profile without the values that depend on the clock and on the id. */
async function final(id: string) {
  const rows = await stored.profiles.find({ clerk_id: id }).toArray()
  expect(rows.length).toBeLessThanOrEqual(1)
  const { _id, clerk_id, created_at, updated_at, seeded_from, ...rest } = rows[0] ?? {}
  return { ...rest, ...(seeded_from && Object.keys(seeded_from).length > 0 && { seeded_from }) }
}

/** Milliseconds for random histories. A busy machine tries fewer of them. */
const budget = 60_000
const leastRuns = 10

describe('with any loss, repetition and order of deliveries', () => {
  it('profiles end equal to those of an in-order run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(user, { minLength: 1, maxLength: 3 }),
        fc.array(journey, { minLength: 21, maxLength: 21 }),
        fc.array(fc.nat(1_000), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 8 }),
        async (users, journeys, editTimes, concurrency) => {
          const run = runs++
          const ordered = users.map((_, index) => `user_${run}_${index}_ordered`)
          const scattered = users.map((_, index) => `user_${run}_${index}_scattered`)

          for (const [index, each] of users.entries()) {
            for (const sent of history(each, ordered[index]!)) {
              expect((await deliver(servers[0]!.webhooks, sent)).status).toBe(200)
            }
            if (each.edit) await edit(ordered[index]!, each.edit)
          }

          // Late, twice, out of order, concurrently, through two processes; the earliest attempts are lost.
          const messages = users.flatMap((each, index) => history(each, scattered[index]!))
          const attempts = messages.flatMap((sent, index) =>
            journeys[index]!.map(({ at, server }) => ({
              at,
              task: async () => {
                expect((await deliver(servers[server]!.webhooks, sent)).status).toBe(200)
              },
            })),
          )
          const edits = users.flatMap((each, index) =>
            each.edit ? [{ at: editTimes[index]!, task: () => edit(scattered[index]!, each.edit!) }] : [],
          )
          await pooled(
            concurrency,
            [...attempts, ...edits].sort((a, b) => a.at - b.at).map(({ task }) => task),
          )

          for (const [index, each] of users.entries()) {
            const profile = await final(scattered[index]!)
            const inOrder = await final(ordered[index]!)
            // A tombstone's times come from the database's clock.
            const tombstone = { deleted_at: expect.any(Date), clerk_updated_at: expect.any(Date) }
            if (each.deleted) expect([profile, inOrder]).toEqual([tombstone, tombstone])
            else expect([profile, inOrder]).toEqual([inOrder, expect.objectContaining({ ...each.edit })])
          }
          const deliveries = await stored.deliveries.find({ _id: { $in: messages.map(({ id }) => id) } }).toArray()
          const counts = new Map(deliveries.map(({ _id, attempts, outcome }) => [_id, { attempts, outcome }]))
          for (const [index, { id }] of messages.entries()) {
            expect(counts.get(id)).toEqual({
              attempts: journeys[index]!.length,
              outcome: expect.stringMatching(/^(applied|stale)$/),
            })
          }
        },
      ),
      { numRuns: 150, interruptAfterTimeLimit: budget },
    )
    expect(runs).toBeGreaterThan(leastRuns)
  })
})

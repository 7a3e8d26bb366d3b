import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createBackendApi } from '../../server/clerk/backend-api.ts'
import { readCheckpoint } from '../../server/database/checkpoints.ts'
import { acquireLease } from '../../server/database/leases.ts'
import { backfill } from '../../server/sync/backfill.ts'
import { leaseName, run } from '../../server/sync/run.ts'
import type { RunOptions } from '../../server/sync/run.ts'
import { readSyncState } from '../../server/sync/sync-state.ts'
import { altered, silence, status, useClerk } from '../support/clerk.ts'
import type { Fault } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll, createUsers, expectInSync, killAt, profilesOf, usersOf } from '../support/sync.ts'

const database = useDatabase()
const clerk = useClerk()
beforeEach(() => clearAll(database))

const fill = (options: Partial<RunOptions> = {}) => run(backfill, { clerk: clerk.api, deleteMode: 'erase', ...options })
const lists = () => clerk.asked.filter(path => path.startsWith('/v1/users?'))

const isPage = (path: string) => path.startsWith('/v1/users?') && path.includes('created_at')

/** Spoils the requests of the given numbers, counted from 0, for pages of users. */
function spoilLists(fault: Fault, ...numbers: number[]): void {
  let count = 0
  clerk.spoil = path => isPage(path) && numbers.includes(count++) ? fault : undefined
}

describe('a backfill', () => {
  it('creates the profile of every user, with one request a page', async () => {
    createUsers(clerk, 1_200)
    expect(await fill()).toMatchObject({ name: 'backfill', state: 'done', done: 1_200, total: 1_200, changed: 1_200 })
    await expectInSync(clerk, database)
    // The newest user, three pages, and the last millisecond twice.
    expect(lists()).toHaveLength(6)
  })

  it('does nothing without users', async () => {
    expect(await fill()).toMatchObject({ state: 'done', done: 0, total: 0, changed: 0, error: null })
    expect(await readCheckpoint('backfill')).toMatchObject({ position: { startedAt: expect.any(Number) } })
  })

  it('loses no user of a millisecond that fills pages', async () => {
    createUsers(clerk, 1_700, index => (index < 100 ? 1_000 + index : index < 1_650 ? 5_000 : 9_000 + index))
    expect(await fill()).toMatchObject({ done: 1_700, changed: 1_700 })
    await expectInSync(clerk, database)
  })

  it('loses no user of the last millisecond, although it fills pages', async () => {
    createUsers(clerk, 700, () => 5_000)
    expect(await fill()).toMatchObject({ done: 700, changed: 700 })
    await expectInSync(clerk, database)
  })

  it.each([
    ['later users follow', 100],
    ['nobody follows', 0],
  ])('loses no user when others of a millisecond are deleted between pages, and %s', async (_, later) => {
    const ids = createUsers(clerk, 1_400 + later, index => (index < 1_400 ? 5_000 : 9_000 + index))
    let count = 0
    clerk.spoil = (path) => {
      if (isPage(path) && ++count === 4) ids.slice(0, 900).forEach(id => clerk.local.users.remove(id))
      return undefined
    }
    expect(await fill()).toMatchObject({ state: 'done', error: null })
    const stored = new Set((await profilesOf(database)).map(({ id }) => id))
    expect(usersOf(clerk).filter(({ id }) => !stored.has(id))).toEqual([])
  })

  it('leaves newer profiles and tombstones alone, and seeds fields that were never set', async () => {
    const [first, second, third] = createUsers(clerk, 3) as [string, string, string]
    const long = new Date('2040-01-01')
    await database.stored.profiles.insertMany([
      { clerk_id: first, clerk_updated_at: long, bio: 'Mine' },
      { clerk_id: second, clerk_updated_at: long, deleted_at: new Date() },
    ])
    clerk.local.users.update(third, { unsafe_metadata: { country: 'Canada', birthday: 'soon' } })
    expect(await fill()).toMatchObject({ changed: 1 })
    const stored = (clerk_id: string) => database.stored.profiles.findOne({ clerk_id })
    expect(await stored(first)).toMatchObject({ bio: 'Mine', clerk_updated_at: long })
    expect(await stored(second)).toMatchObject({ deleted_at: expect.any(Date) })
    const seeded = await stored(third)
    expect(seeded).toMatchObject({ country: 'CA' })
    expect(seeded).not.toHaveProperty('birthday')
  })

  it('writes nothing in a dry run, and says what it would write', async () => {
    createUsers(clerk, 700)
    expect(await fill({ dryRun: true })).toMatchObject({ state: 'done', done: 700, changed: 700 })
    expect(await database.stored.profiles.countDocuments()).toBe(0)
    expect(await readCheckpoint('backfill')).toBeNull()
  })

  it('keeps nothing of a user but what the profile has', async () => {
    createUsers(clerk, 1)
    clerk.local.users.update('user_00000', { private_metadata: { secret: 'hush' }, first_name: 'Ada' })
    await fill()
    const [row] = await database.stored.profiles.find().toArray()
    expect(JSON.stringify(row)).not.toMatch(/hush|Ada/)
  })
})

describe('a backfill against faults', { tags: ['slow'] }, () => {
  it.each<[string, Fault]>([
    ['answers 500', status(500)],
    ['answers 429 with Retry-After', status(429, { 'retry-after': '0' })],
    ['breaks the connection', request => request.socket.destroy()],
    ['does not answer', silence],
    ['cuts a page in the middle of its text', altered(text => text.slice(0, text.length / 2))],
    ['cuts users off a page', altered(text => JSON.stringify(JSON.parse(text).slice(0, 40)))],
    ['lists no user', altered(() => '[]')],
    ['lists users out of order', altered(text => JSON.stringify(JSON.parse(text).toReversed()))],
    ['answers something else', altered(() => '{"users":[]}')],
  ])('ends with every profile when Clerk %s', async (_, fault) => {
    createUsers(clerk, 1_100)
    spoilLists(fault, 0, 2)
    expect(await fill()).toMatchObject({ state: 'done', error: null })
    await expectInSync(clerk, database)
  })

  it('asks again when Clerk repeats the page before', async () => {
    createUsers(clerk, 1_600)
    const pages: string[] = []
    let count = 0
    const repeat = altered((text) => {
      pages.push(text)
      return count++ === 2 ? pages[1]! : text
    })
    clerk.spoil = path => (isPage(path) ? repeat : undefined)
    expect(await fill()).toMatchObject({ state: 'done' })
    await expectInSync(clerk, database)
  })

  it('fails with the reason when Clerk stays away, and the next run continues', async () => {
    createUsers(clerk, 1_600)
    spoilLists(status(503), ...Array.from({ length: 20 }, (_, index) => index + 2))
    const failed = await fill()
    const error = expect.stringMatching(/Clerk did not answer.*503.*Try again/)
    expect(failed).toMatchObject({ state: 'failed', error })
    expect(failed.done).toBeGreaterThan(0)
    clerk.spoil = () => undefined
    clerk.asked = []
    expect(await fill()).toMatchObject({ state: 'done', done: 1_600 })
    expect(lists().length).toBeLessThan(5)
    await expectInSync(clerk, database)
  })

  it('says that the key is wrong, without asking twice and without the key', async () => {
    const api = createBackendApi({ secretKey: 'sk_live_wrong', apiUrl: clerk.url })
    await expect(fill({ clerk: api })).rejects.toThrow(/does not accept the secret key.*NUXT_CLERK_SECRET_KEY/)
    await expect(fill({ clerk: api })).rejects.not.toThrow(/sk_live_wrong/)
    expect(clerk.asked).toHaveLength(2)
  })

  it('skips a user that it cannot store, says so, and applies the others', async () => {
    createUsers(clerk, 5)
    const validator = { $nor: [{ clerk_id: 'user_00003' }] }
    const db = database.stored.client.db('addendum')
    await db.command({ collMod: 'profiles', validator })
    try {
      expect(await fill()).toMatchObject({ state: 'done', changed: 4, error: expect.stringMatching(/user_00003/) })
    }
    finally {
      await db.command({ collMod: 'profiles', validator: {} })
    }
  })

  it('loses no user while others are created, changed and deleted', async () => {
    const ids = createUsers(clerk, 1_500)
    let count = 0
    clerk.spoil = (path) => {
      if (!isPage(path)) return undefined
      const index = count++
      if (index > 2) return undefined
      // A webhook applies these to the profiles; here they only move the list.
      for (const id of ids.slice(index * 30, index * 30 + 30)) clerk.local.users.remove(id)
      return undefined
    }
    await fill()
    const stored = new Set((await database.stored.profiles.find().toArray()).map(({ clerk_id }) => clerk_id))
    expect(usersOf(clerk).filter(({ id }) => !stored.has(id))).toEqual([])
  })

  it('continues wherever it is killed, applies nothing twice and misses nobody', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(12), { maxLength: 4 }), async (kills) => {
      await clearAll(database)
      clerk.local.store.reset()
      createUsers(clerk, 1_300, index => 1_000 + Math.floor(index / 7))
      let changed = 0
      for (const kill of [...kills, Infinity]) {
        let sofar = 0
        const onProgress = ({ changed }: { changed: number }) => (sofar = changed)
        await fill({ signal: killAt(clerk, kill), onProgress }).catch((error: Error) => {
          if (error.message !== 'killed') throw error
        })
        changed = sofar
      }
      expect(changed).toBeLessThanOrEqual(1_300)
      await expectInSync(clerk, database)
    }), { numRuns: 15 })
  })
})

describe('runs', () => {
  const leases = () => database.stored.client.db('addendum').collection('leases')

  it('exclude each other over all processes, and a dead process holds nothing for long', async () => {
    createUsers(clerk, 3)
    const lease = await acquireLease(leaseName)
    await expect(fill()).rejects.toThrow(/already running/)
    await lease.release()
    expect(await fill()).toMatchObject({ state: 'done' })
    await leases().updateOne({}, { $set: { expires_at: new Date(0) } })
    expect(await fill()).toMatchObject({ state: 'done' })
  })

  it('end without harm when they wake up after their lease was taken over', async () => {
    createUsers(clerk, 1_200)
    const { promise: frozen, resolve: freeze } = Promise.withResolvers<undefined>()
    const { promise: thawed, resolve: thaw } = Promise.withResolvers<undefined>()
    spoilLists(async (_request, response, answer) => {
      const { status, headers, text } = await answer()
      freeze(undefined)
      await thawed
      response.writeHead(status, headers).end(text)
    }, 1)
    const late = fill().then(() => undefined, (error: Error) => error.message)
    await frozen
    await leases().updateOne({}, { $set: { expires_at: new Date(0) } })
    clerk.spoil = () => undefined
    expect(await fill()).toMatchObject({ state: 'done' })
    const checkpoint = await readCheckpoint('backfill')
    thaw(undefined)
    expect(await late).toMatch(/took over/)
    expect(await readCheckpoint('backfill')).toEqual(checkpoint)
    await expectInSync(clerk, database)
  })

  it('stop when their time is over, show as stopped, and continue', async () => {
    createUsers(clerk, 1_200)
    expect(await fill({ patienceMS: 0 })).toMatchObject({ state: 'running', done: 0, total: 1_200 })
    expect((await readSyncState()).runs).toContainEqual(expect.objectContaining({ name: 'backfill', state: 'stopped' }))
    expect(await fill()).toMatchObject({ state: 'done', done: 1_200 })
  })

  it('refuse a database of another Clerk instance, and name both', async () => {
    createUsers(clerk, 3)
    const instances = database.stored.client.db('addendum').collection('clerk_instance')
    await instances.insertOne({ _id: 'clerk' as never, instance_id: 'ins_other' })
    await expect(fill()).rejects.toThrow(/ins_other.*ins_local/)
    expect(await database.stored.profiles.countDocuments()).toBe(0)
  })
})

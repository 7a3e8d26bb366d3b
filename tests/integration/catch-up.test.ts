import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint } from '../../server/database/checkpoints.ts'
import { catchUp, isReconcileDue } from '../../server/sync/catch-up.ts'
import type { CatchUpState } from '../../server/sync/catch-up.ts'
import { reconcile } from '../../server/sync/reconcile.ts'
import type { RunOptions } from '../../server/sync/run.ts'
import { readSyncState } from '../../server/sync/sync-state.ts'
import { altered, clockAhead, status, useClerk } from '../support/clerk.ts'
import type { Fault } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'
import { clearAll, createUsers, expectInSync, profilesOf, usersOf } from '../support/sync.ts'

const database = useDatabase()
const clerk = useClerk()
beforeEach(() => clearAll(database))

const follow = (options: Partial<RunOptions> = {}) => catchUp({ clerk: clerk.api, deleteMode: 'erase', ...options })
const state = async () => (await readCheckpoint<CatchUpState>('catch-up'))!.position!
const lists = () => clerk.asked.filter(path => path.startsWith('/v1/users?'))
const update = (id: string) => clerk.local.users.update(id, { first_name: 'New' })

/** Every profile whose user exists is in the version of its user, and no user is without a profile. */
async function expectNothingMissed(): Promise<void> {
  const stored = new Map((await profilesOf(database)).map(({ id, updated_at }) => [id, updated_at]))
  expect(usersOf(clerk).filter(({ id, updated_at }) => stored.get(id) !== updated_at)).toEqual([])
}

describe('a catch-up', () => {
  it('reads all users the first time, and then only what changed', async () => {
    const ids = createUsers(clerk, 700)
    await follow()
    await expectInSync(clerk, database)
    ids.slice(0, 5).forEach(update)
    clerk.asked = []
    expect(await follow()).toMatchObject({ name: 'catch-up', state: 'done', changed: 5 })
    await expectInSync(clerk, database)
    expect(lists().length).toBeLessThanOrEqual(2)
  })

  it('costs one page of a few users and one count when nothing changed', async () => {
    createUsers(clerk, 700)
    await follow()
    clerk.asked = []
    expect(await follow()).toMatchObject({ state: 'done', done: 10, changed: 0 })
    const page = expect.stringMatching(/users\?limit=10&offset=0&order_by=-updated_at$/)
    expect(clerk.asked).toEqual([page, '/v1/users/count'])
  })

  it('begins where a backfill began that ran before', async () => {
    createUsers(clerk, 30)
    await follow()
    const { watermark } = await state()
    const backfill = await readCheckpoint<{ startedAt: number }>('backfill')
    expect(watermark).toBe(backfill!.position!.startedAt)
  })

  it('applies a user whose write failed in the next run, although the others have moved its place', async () => {
    createUsers(clerk, 3)
    await follow()
    // Long ago, so that the place needs no margin.
    clerk.local.users.create({ id: 'user_refused', created_at: 2_000_000 })
    clerk.local.users.create({ id: 'user_written', created_at: 2_000_001 })
    const db = database.stored.client.db('addendum')
    await db.command({ collMod: 'profiles', validator: { clerk_id: { $ne: 'user_refused' } } })
    const refused = { state: 'done', changed: 1, error: expect.stringContaining('user_refused could not be written') }
    expect(await follow()).toMatchObject(refused)
    expect(await follow()).toMatchObject({ ...refused, changed: 0 })
    await db.command({ collMod: 'profiles', validator: {} })
    expect(await follow()).toMatchObject({ state: 'done', changed: 1, error: null })
    await expectInSync(clerk, database)
    clerk.asked = []
    await follow()
    expect(clerk.asked).toHaveLength(2)
  })

  it('remembers Clerk\'s time, not this machine\'s and not that of a user from the future', async () => {
    const [id] = createUsers(clerk, 3)
    await follow()
    clerk.local.users.change(id!, user => (user.updated_at = Date.UTC(2090)))
    await follow()
    expect((await state()).watermark).toBeLessThan(Date.now() + 1_000)
    await expectInSync(clerk, database)
  })

  it('reads all users again when Clerk\'s clock went back', async () => {
    const ids = createUsers(clerk, 20)
    await follow()
    const checkpoints = database.stored.client.db('addendum').collection('checkpoints')
    await checkpoints.updateOne({ _id: 'catch-up' as never }, { $set: { 'position.watermark': Date.UTC(2090) } })
    update(ids[0]!)
    await follow()
    await expectInSync(clerk, database)
    expect((await state()).watermark).toBeLessThan(Date.now() + 1_000)
  })

  it('reads all users again when its place is lost', async () => {
    const ids = createUsers(clerk, 20)
    await follow()
    update(ids[0]!)
    await database.stored.client.db('addendum').collection('checkpoints').deleteMany({})
    await follow()
    await expectInSync(clerk, database)
  })

  it('leaves more changes than it can continue to a backfill', { tags: ['slow'], timeout: 120_000 }, async () => {
    createUsers(clerk, 10)
    await follow()
    clerk.local.store.reset()
    createUsers(clerk, 10_600, index => Date.now() - index)
    await follow()
    await expectNothingMissed()
    expect(await readCheckpoint('backfill')).toMatchObject({ state: 'done' })
  })

  it('changes nothing in a dry run', async () => {
    const ids = createUsers(clerk, 20)
    await follow()
    const before = await state()
    ids.slice(0, 3).forEach(update)
    expect(await follow({ dryRun: true })).toMatchObject({ changed: 3 })
    expect(await state()).toEqual(before)
    await follow()
    await expectInSync(clerk, database)
  })

  it('asks for a reconcile after two runs in which the numbers of users differ', async () => {
    const [gone] = createUsers(clerk, 20)
    await follow()
    clerk.local.users.remove(gone!)
    await follow()
    expect(await isReconcileDue()).toBe(false)
    expect((await state()).counts).toMatchObject({ users: 19, profiles: 20 })
    await follow()
    expect(await isReconcileDue()).toBe(true)
    await reconcile({ clerk: clerk.api, deleteMode: 'erase', repair: true, deleteLimit: 10 })
    expect(await isReconcileDue()).toBe(false)
    await expectInSync(clerk, database)
    await follow()
    expect((await state()).differed).toBe(0)
  })
})

describe('a catch-up against faults', { tags: ['slow'] }, () => {
  it.each<[string, Fault]>([
    ['answers 500', status(500)],
    ['answers 429', status(429, { 'retry-after': '0' })],
    ['cuts users off a page', altered(text => JSON.stringify(JSON.parse(text).slice(0, 3)))],
    ['lists no user', altered(() => '[]')],
    ['lists users out of order', altered(text => JSON.stringify(JSON.parse(text).toReversed()))],
  ])('misses no change when Clerk %s', async (_, fault) => {
    const ids = createUsers(clerk, 1_300)
    await follow()
    ids.forEach(update)
    let count = 0
    clerk.spoil = path => (path.startsWith('/v1/users?') && [0, 2].includes(count++) ? fault : undefined)
    expect(await follow()).toMatchObject({ state: 'done', error: null })
    clerk.spoil = () => undefined
    await follow()
    await expectInSync(clerk, database)
  })

  it.each([-10, 10])('misses no change when Clerk\'s clock is %i minutes off', async (minutes) => {
    clerk.spoil = () => clockAhead(minutes * 60_000)
    const ids = createUsers(clerk, 60)
    await follow()
    for (let round = 0; round < 3; round++) {
      ids.slice(round * 20, round * 20 + 20).forEach(update)
      expect(await follow()).toMatchObject({ state: 'done', error: null })
      await expectInSync(clerk, database)
    }
  })

  it('keeps its place when Clerk stays away', async () => {
    const ids = createUsers(clerk, 30)
    await follow()
    const before = await state()
    ids.forEach(update)
    clerk.spoil = path => (path.startsWith('/v1/users?') ? status(500) : undefined)
    expect(await follow()).toMatchObject({ state: 'failed' })
    expect(await state()).toEqual(before)
    clerk.spoil = () => undefined
    await follow()
    await expectInSync(clerk, database)
  })

  it('remembers when one last succeeded, also after one that failed', async () => {
    createUsers(clerk, 3)
    await follow()
    const before = (await readSyncState()).succeeded.get('catch-up')
    expect(before!.getTime()).toBeLessThanOrEqual(Date.now())
    clerk.spoil = path => (path.startsWith('/v1/users?') ? status(500) : undefined)
    expect(await follow()).toMatchObject({ state: 'failed' })
    expect((await readSyncState()).succeeded.get('catch-up')).toEqual(before)
    clerk.spoil = () => undefined
    await follow()
    expect((await readSyncState()).succeeded.get('catch-up')!.getTime()).toBeGreaterThan(before!.getTime())
  })

  it.each([
    ['the users of the page before', 10],
    ['all users', 100],
  ])('ends when %s are deleted, and all have changed at the same time', async (_, count) => {
    const ids = createUsers(clerk, 100)
    await follow()
    clerk.local.store.transaction(() => ids.forEach(id => clerk.local.users.change(id, (user) => {
      user.updated_at = 2_000_000
    })))
    let pages = 0
    clerk.spoil = (path) => {
      if (!path.startsWith('/v1/users?') || ++pages !== 2) return undefined
      ids.slice(-count).forEach(id => clerk.local.users.remove(id))
      return undefined
    }
    expect(await follow()).toMatchObject({ state: 'done' })
    await expectNothingMissed()
  })

  it.each([
    ['change', fc.constant(false)],
    ['are deleted or change', fc.boolean()],
  ])('misses no user while the list moves: users %s between pages', async (_name, deletion) => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(999), fc.nat(60), deletion), { minLength: 6, maxLength: 6 }),
      async (moves) => {
        await clearAll(database)
        clerk.local.store.reset()
        const ids = createUsers(clerk, 1_000)
        await follow()
        clerk.local.store.transaction(() => ids.forEach(update))
        let count = 0
        clerk.spoil = (path) => {
          const move = path.startsWith('/v1/users?') ? moves[count++] : undefined
          if (!move) return undefined
          const [start, length, isDeletion] = move
          for (const id of ids.slice(start, start + length)) {
            if (!clerk.local.users.find(id)) continue
            if (isDeletion) clerk.local.users.remove(id)
            else update(id)
          }
          return undefined
        }
        await follow()
        clerk.spoil = () => undefined
        await follow()
        await expectNothingMissed()
      },
    ), { numRuns: 6 })
  })
})

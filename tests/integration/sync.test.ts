import mongoose from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, database } from '../../server/database/connection.ts'
import { applyAll, recordAll } from '../../server/database/sync-store.ts'
import { decodeDeletion } from '../../server/sync/decode.ts'
import type { UserChange, UserDeletion } from '../../server/sync/decode.ts'
import type { Attempt } from '../../server/sync/record.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()

beforeEach(async () => {
  await Promise.all([mongo.stored.profiles.deleteMany({}), mongo.stored.deliveries.deleteMany({})])
})

const change = (version: number, seeds: UserChange['seeds'] = {}, clerk_id = 'user_1'): UserChange => ({
  kind: 'change',
  clerk_id,
  version,
  seeds,
})
const deletion = (clerk_id = 'user_1'): UserDeletion => ({ kind: 'deletion', clerk_id })
const apply = async (...events: (UserChange | UserDeletion)[]) =>
  (await applyAll(events, { deleteMode: 'erase', timeoutMS: 5_000 })).outcomes
const profile = (clerk_id = 'user_1') => mongo.stored.profiles.findOne({ clerk_id })

describe('applying events to profiles', () => {
  it('creates the row of a new user', async () => {
    expect(await apply(change(5))).toEqual(['applied'])
    expect(await profile()).toEqual({
      _id: expect.anything(),
      clerk_id: 'user_1',
      clerk_updated_at: new Date(5),
      visibility: 'private',
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
    })
  })

  it('reports applied or stale for each event of a batch', async () => {
    await apply(change(5))
    expect(await apply(change(4), change(5), change(6), change(5), change(1, {}, 'user_2'))).toEqual([
      'stale',
      'applied',
      'applied',
      'stale',
      'applied',
    ])
    expect((await profile())?.clerk_updated_at).toEqual(new Date(6))
  })

  it('keeps a deleted user deleted when a late update arrives', async () => {
    await apply(change(5, { bio: 'Hi', country: 'CA', birthday: '1990-05-12' }))
    expect(await apply(deletion())).toEqual(['applied'])
    expect(await apply(change(9, { bio: 'Back' }))).toEqual(['stale'])
    expect(await profile()).toEqual({
      _id: expect.anything(),
      clerk_id: 'user_1',
      clerk_updated_at: expect.any(Date),
      deleted_at: expect.any(Date),
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
    })
  })

  it('writes a tombstone for an unknown user', async () => {
    expect(await apply(deletion(), change(5))).toEqual(['applied', 'stale'])
    expect((await profile())?.deleted_at).toEqual(expect.any(Date))
  })

  it('keeps a tombstone for its lifetime, by the database\'s clock and from the first deletion', async () => {
    const before = Date.now()
    await apply(deletion())
    const tombstone = await profile()
    expect(tombstone!.deleted_at!.getTime()).toBeGreaterThan(before - 1_000)
    expect(tombstone!.deleted_at!.getTime()).toBeLessThan(Date.now() + 1_000)
    expect(await apply(deletion())).toEqual(['applied'])
    expect(await profile()).toMatchObject({
      deleted_at: tombstone!.deleted_at,
      clerk_updated_at: tombstone!.clerk_updated_at,
    })
  })

  it('keeps the tombstone of an old deletion event, so that a late event revives nobody', async () => {
    const admin = mongo.stored.client.db('admin')
    const passes = async () => Number((await admin.command({ serverStatus: 1 })).metrics.ttl.passes)
    const timestamps = [1_661_861_640_000, 1_661_861_640, 0, -1, undefined]
    const events = timestamps.map((timestamp, index) => ({
      type: 'user.deleted',
      timestamp,
      data: { id: `user_${index}`, deleted: true },
    }))
    await apply(...events.map(({ data }) => decodeDeletion(data)))
    const before = await passes()
    // The running pass may have started before the deletions.
    await expect.poll(passes).toBeGreaterThan(before + 1)
    expect(await apply(...events.map(({ data }) => change(Date.now(), { bio: 'Back' }, data.id)))).toEqual(
      events.map(() => 'stale'),
    )
    expect(await mongo.stored.profiles.countDocuments({ deleted_at: { $exists: true }, bio: { $exists: false } })).toBe(
      events.length,
    )
  })

  it('keeps the personal fields of a deleted user in flag mode', async () => {
    await apply(change(5, { bio: 'Hi' }))
    await applyAll([deletion()], { deleteMode: 'flag', timeoutMS: 5_000 })
    expect(await profile()).toMatchObject({ bio: 'Hi', deleted_at: expect.any(Date) })
  })

  it('seeds fields that were never set, and derives the month and day of a birthday', async () => {
    await apply(change(5, { birthday: '1990-05-12', bio: '$bio' }))
    expect(await profile()).toMatchObject({ birthday: '1990-05-12', birth_month_day: '05-12', bio: '$bio' })
  })

  it('applies the seeds of a stale event', async () => {
    await apply(change(5))
    expect(await apply(change(4, { country: 'CA' }))).toEqual(['stale'])
    expect(await profile()).toMatchObject({ country: 'CA', clerk_updated_at: new Date(5) })
  })

  it('keeps the earliest seed, whatever the order of arrival', async () => {
    const seeds = [change(5, { country: 'CA' }), change(6, { country: 'US' }), change(5, { country: 'DE' })]
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [1, 0, 2],
    ]) {
      await mongo.stored.profiles.deleteMany({})
      for (const index of order) await apply(seeds[index]!)
      expect((await profile())?.country).toBe('CA')
    }
  })

  it('never overwrites what the user set or cleared', async () => {
    await apply(change(5, { country: 'CA', bio: 'seed' }))
    // Like an edit: sets the value and removes seeded_from.
    await mongo.stored.profiles.updateOne(
      { clerk_id: 'user_1' },
      { $set: { country: 'FR', bio: null }, $unset: { 'seeded_from.country': '', 'seeded_from.bio': '' } },
    )
    await apply(change(4, { country: 'US', bio: 'early' }), change(9, { country: 'US', bio: 'late' }))
    expect(await profile()).toMatchObject({ country: 'FR', bio: null, clerk_updated_at: new Date(9) })
  })

  it('touches updated_at only when a field changes', async () => {
    await apply(change(5))
    const before = await profile()
    await apply(change(6))
    expect((await profile())?.updated_at).toEqual(before?.updated_at)
    await apply(change(7, { bio: 'Hi' }))
    expect((await profile())?.updated_at?.getTime()).toBeGreaterThan(before!.updated_at!.getTime())
  })

  it('creates one row for a user whose events arrive at the same time', async () => {
    const versions = Array.from({ length: 50 }, (_, index) => index)
    const results = await Promise.all(versions.map(version => apply(change(version))))
    expect(results.flat()).toContain('applied')
    expect(await mongo.stored.profiles.countDocuments({ clerk_id: 'user_1' })).toBe(1)
    expect((await profile())?.clerk_updated_at).toEqual(new Date(49))
  })

  it('reports the error of one event, and the outcomes of the others', async () => {
    await mongo.stored.client
      .db('addendum')
      .command({ collMod: 'profiles', validator: { clerk_id: { $ne: 'user_bad' } } })
    try {
      const [good, bad, other] = await apply(
        change(1, {}, 'user_good'),
        change(1, {}, 'user_bad'),
        deletion('user_other'),
      )
      expect([good, other]).toEqual(['applied', 'applied'])
      expect(bad).toBeInstanceOf(Error)
    }
    finally {
      await mongo.stored.client.db('addendum').command({ collMod: 'profiles', validator: {} })
    }
  })

  it('has the indexes that uniqueness, search and expiry rely on', async () => {
    const indexes = await mongo.stored.profiles.indexes()
    expect(indexes.map(({ key }) => Object.keys(key).join(' '))).toEqual(
      expect.arrayContaining([
        '_id',
        'birth_month_day _id country birthday created_at visibility deleted_at',
        'birthday _id country birth_month_day created_at visibility deleted_at',
        'clerk_id',
        'country created_at _id birthday birth_month_day visibility deleted_at',
        'updated_at _id country birthday birth_month_day created_at visibility deleted_at',
        'deleted_at',
        'visibility _id',
      ]),
    )
    expect(indexes.find(({ name }) => name === 'clerk_id_1')?.unique).toBe(true)
    expect(indexes.find(({ name }) => name === 'deleted_at_1')?.expireAfterSeconds).toBe(120 * 86_400)
    expect(
      (await mongo.stored.deliveries.indexes()).find(({ expireAfterSeconds }) => expireAfterSeconds)
        ?.expireAfterSeconds,
    ).toBe(90 * 86_400)
  })
})

// Not long ago: the database removes old deliveries.
const start = Date.now() - 60_000

const attempt = (rest: Partial<Attempt>): Attempt => ({
  message_id: 'msg_1',
  received_at: start,
  duration_ms: 3,
  outcome: 'applied',
  type: 'user.created',
  timestamp: start - 100,
  ...rest,
})

describe('recording deliveries', () => {
  const delivery = () => mongo.stored.deliveries.findOne({ _id: 'msg_1' })

  it('stores the outcome of a message, and nothing of its body', async () => {
    await recordAll([attempt({ clerk_id: 'user_1', instance_id: 'ins_1' })], 5_000)
    expect(await delivery()).toEqual({
      _id: 'msg_1',
      type: 'user.created',
      clerk_id: 'user_1',
      instance_id: 'ins_1',
      outcome: 'applied',
      attempts: 1,
      first_received_at: new Date(start),
      last_received_at: new Date(start),
      event_at: new Date(start - 100),
      lag_ms: 100,
      duration_ms: 3,
    })
  })

  it('counts attempts and keeps the first final outcome', async () => {
    await recordAll([attempt({ outcome: 'failed', error: 'down' })], 5_000)
    await recordAll([
      attempt({ received_at: start + 1_000 }),
      attempt({ received_at: start + 2_000, outcome: 'stale' }),
    ], 5_000)
    expect(await delivery()).toMatchObject({
      outcome: 'applied',
      attempts: 3,
      first_received_at: new Date(start),
      last_received_at: new Date(start + 2_000),
      lag_ms: 1_100,
    })
    expect(await delivery()).not.toHaveProperty('error')
  })

  it('stores text that looks like a query as plain text', async () => {
    await recordAll([attempt({ type: '$set', error: '$where' })], 5_000)
    expect(await delivery()).toMatchObject({ type: '$set', error: '$where' })
  })
})

describe('an unavailable database', () => {
  it('fails the whole batch: nothing counts as written', async () => {
    await mongo.mongod.kill()
    try {
      await expect(applyAll([change(5), deletion()], { deleteMode: 'erase', timeoutMS: 500 })).rejects.toThrow()
      await expect(recordAll([attempt({})], 500)).rejects.toThrow()
    }
    finally {
      await mongo.mongod.restart()
    }
  })
})

describe('the connection', () => {
  it('shares one attempt between all callers, and starts another after a failure', async () => {
    await closeDatabase()
    process.env.MONGODB_URI = ''
    const first = database()
    expect(database()).toBe(first)
    await expect(first).rejects.toThrow('MONGODB_URI')
    process.env.MONGODB_URI = mongo.mongod.uri
    await database()
    expect(mongoose.connection.name).toBe('addendum')
  })

  it('uses the database in the address', async () => {
    await closeDatabase()
    process.env.MONGODB_URI = `${mongo.mongod.uri}elsewhere?retryWrites=true`
    await database()
    expect(mongoose.connection.name).toBe('elsewhere')
  })
})

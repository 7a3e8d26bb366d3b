/** @module-tag slow */
import { MongoMemoryServer } from 'mongodb-memory-server'
import mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { openDatabase as openStored, startMongod, startReplicaSet } from '../../fixtures/mongodb.ts'
import { closeDatabase, connect, database } from '../../server/database/connection.ts'
import { within } from '../../server/deadline.ts'
import { checkBoundInstance } from '../../server/sync/checks/bound-instance.ts'
import { checkDatabase, openDatabase } from '../../server/sync/checks/database.ts'
import { checkLastDelivery } from '../../server/sync/checks/deliveries.ts'
import { checkIndexes } from '../../server/sync/checks/indexes.ts'
import { probeType } from '../../server/sync/checks/probe.ts'

afterEach(() => closeDatabase())

/** All checks of a database, by name. */
async function check(MONGODB_URI: string, instance: { id?: string } = {}) {
  const opening = openDatabase({ MONGODB_URI })
  const checks = await Promise.all([
    ...checkDatabase(opening),
    checkIndexes(opening),
    checkBoundInstance(opening, Promise.resolve(instance)),
    checkLastDelivery(opening),
  ])
  return Object.fromEntries(checks.map(({ what, ...finding }) => [what, finding]))
}

const dependent = [
  'MongoDB topology',
  'Write concern',
  'Expiry',
  'Indexes',
  'Instance of database',
  'Last webhook',
]

function expectSkipped(checks: Awaited<ReturnType<typeof check>>) {
  const verdicts = dependent.map(what => [what, checks[what]!.verdict])
  expect(verdicts).toEqual(dependent.map(what => [what, 'skipped']))
}

describe('the checks of a standalone MongoDB', () => {
  let mongod: Awaited<ReturnType<typeof startMongod>>
  let stored: Awaited<ReturnType<typeof openStored>>
  beforeAll(async () => {
    mongod = await startMongod()
    stored = await openStored(mongod.uri)
  })
  afterAll(async () => {
    await stored.close()
    await mongod.stop()
  })
  beforeEach(async () => {
    process.env.MONGODB_URI = mongod.uri
    await database()
    await Promise.all([
      stored.deliveries.deleteMany({}),
      stored.client.db('addendum').collection('clerk_instance').deleteMany({}),
    ])
  })

  it('say what it is, and that it can be used', async () => {
    const { host } = new URL(mongod.uri)
    expect(await check(mongod.uri)).toMatchObject({
      'MongoDB': { verdict: 'ok', found: expect.stringMatching(`^MongoDB [\\d.]+ at ${host}, database addendum$`) },
      'MongoDB topology': { verdict: 'warning', found: expect.stringMatching(/^A standalone server/) },
      'Write concern': { verdict: 'ok' },
      'Expiry': { verdict: 'ok' },
      'Indexes': { verdict: 'ok', found: 'All are present, and as declared' },
      'Instance of database': { verdict: 'ok', found: expect.stringContaining('not belong to a Clerk instance yet') },
      'Last webhook': { verdict: 'warning', found: 'No webhook has arrived yet' },
    })
    expect(await stored.deliveries.countDocuments()).toBe(0)
  })

  describe('the indexes', () => {
    const indexesOf = async () => (await check(mongod.uri)).Indexes

    it('are missing, different or not declared, each by name', async () => {
      await stored.deliveries.dropIndex('clerk_id_1_last_received_at_1')
      await stored.profiles.dropIndex('search_birthday')
      await stored.profiles.createIndex({ birthday: -1 }, { name: 'search_birthday' })
      await stored.profiles.dropIndex('deleted_at_1')
      await stored.profiles.createIndex({ deleted_at: 1 }, { expireAfterSeconds: 5_000_000 })
      await stored.profiles.createIndex({ bio: 1 })
      expect(await indexesOf()).toEqual({
        verdict: 'warning',
        found: 'Missing: deliveries.clerk_id_1_last_received_at_1. '
          + 'Defined differently: profiles.deleted_at_1, profiles.search_birthday. '
          + 'Not declared: profiles.bio_1',
        mend: expect.stringContaining('npm run indexes'),
      })
      for (const name of ['search_birthday', 'deleted_at_1']) await stored.profiles.dropIndex(name)
      await closeDatabase()
      await database()
      expect(await indexesOf()).toMatchObject({
        verdict: 'warning',
        found: expect.stringMatching(/^Not declared: profiles\.bio_1\. /),
      })
      await stored.profiles.dropIndex('bio_1')
      expect(await indexesOf()).toMatchObject({ verdict: 'ok' })
      // Writes rely on this one.
      await stored.profiles.dropIndex('clerk_id_1')
      expect(await indexesOf()).toMatchObject({ verdict: 'failed', found: 'Missing: profiles.clerk_id_1' })
      await closeDatabase()
      await database()
    })

    it('are expected in a database that the app has not used yet', async () => {
      await closeDatabase()
      const unused = new URL(mongod.uri)
      unused.pathname = '/unused'
      expect(await check(unused.href)).toMatchObject({
        MongoDB: { found: expect.stringMatching(/database unused$/) },
        Indexes: { verdict: 'warning', found: 'None has been built yet' },
      })
      await stored.client.db('unused').dropDatabase()
    })
  })

  it('name a TTL monitor that is off', async () => {
    const admin = stored.client.db('admin')
    await admin.command({ setParameter: 1, ttlMonitorEnabled: false })
    try {
      expect((await check(mongod.uri)).Expiry).toMatchObject({
        verdict: 'failed',
        found: expect.stringContaining('TTL monitor is off'),
        mend: expect.stringContaining('setParameter'),
      })
    }
    finally {
      await admin.command({ setParameter: 1, ttlMonitorEnabled: true })
    }
  })

  describe('the last webhook', () => {
    const arrived = async (ago: number, type = 'user.updated') => {
      const last_received_at = new Date(Date.now() - ago)
      await stored.deliveries.insertOne({ _id: `msg_${ago}`, type, last_received_at } as never)
    }

    it.each([
      [5_000, 'ok', 'less than a minute'],
      [60_000, 'ok', '1 minute'],
      [5 * 3_600_000, 'ok', '5 hours'],
      [24 * 3_600_000 - 60_000, 'ok', '23 hours'],
      [25 * 3_600_000, 'warning', '1 day'],
      [72 * 3_600_000, 'warning', '3 days'],
    ])('that arrived %i ms ago is judged %s', async (ago, verdict, age) => {
      await arrived(ago)
      await arrived(100 * 24 * 3_600_000)
      expect((await check(mongod.uri))['Last webhook']).toMatchObject({
        verdict,
        found: `The last one, user.updated, arrived ${age} ago`,
      })
    })

    it('is never the doctor\'s own', async () => {
      await arrived(0, probeType)
      expect((await check(mongod.uri))['Last webhook']).toMatchObject({
        verdict: 'warning',
        found: 'No webhook has arrived yet',
      })
    })
  })

  describe('the Clerk instance of the database', () => {
    const check_ = async (id?: string) => (await check(mongod.uri, { id }))['Instance of database']
    beforeEach(async () => {
      const instances = stored.client.db('addendum').collection<{ _id: string }>('clerk_instance')
      await instances.insertOne({ _id: 'clerk', instance_id: 'ins_own', bound_at: new Date() } as never)
    })

    it('is that of the keys, another, or unknown', async () => {
      expect(await check_('ins_own')).toMatchObject({ verdict: 'ok', found: expect.stringContaining('ins_own') })
      expect(await check_()).toMatchObject({ verdict: 'skipped', found: expect.stringContaining('ins_own') })
      expect(await check_('ins_other')).toMatchObject({
        verdict: 'failed',
        found: expect.stringMatching(/ins_own.*ins_other/),
        mend: expect.stringContaining('ins_own'),
      })
    })
  })

  it.each(['before', 'after'])('end within their time limit when it freezes %s the connection', async (when) => {
    if (when === 'before') await closeDatabase()
    await mongod.freeze()
    try {
      const responds = () => within(500, stored.client.db().command({ ping: 1 })).then(() => true, () => false)
      await expect.poll(responds).toBe(false)
      const started = Date.now()
      const checks = await check(mongod.uri)
      expect(Date.now() - started).toBeLessThan(8_000)
      expect(checks.MongoDB).toMatchObject({
        verdict: 'failed',
        found: expect.stringMatching(/no answer in time|timed out/),
        mend: expect.stringContaining('firewall'),
      })
      if (when === 'before') expectSkipped(checks)
      else for (const what of dependent) expect(checks[what]!.verdict).toBe('failed')
    }
    finally {
      mongod.thaw()
    }
  })
})

describe('the checks of a replica set', () => {
  it('call one of three in order, and one without a majority failed', async () => {
    const set = await startReplicaSet(3)
    try {
      await connect(set.uri)
      expect(await check(set.uri)).toMatchObject({
        'MongoDB topology': { verdict: 'ok', found: 'The replica set testset, 3 members with data' },
        'Write concern': { verdict: 'ok' },
      })
      expect(await mongoose.connection.db!.collection('deliveries').countDocuments()).toBe(0)
      const { me } = await mongoose.connection.db!.command({ hello: 1 })
      const secondaries = [...set.members()].filter(([port]) => !me.endsWith(`:${port}`)).map(([, member]) => member)
      for (const { freeze } of secondaries) await freeze()
      const { 'Write concern': found } = await check(set.uri)
      for (const { thaw } of secondaries) thaw()
      expect(found).toMatchObject({
        verdict: 'failed',
        found: expect.stringMatching(/^A majority does not acknowledge writes/),
        mend: expect.stringContaining('rs.status()'),
      })
    }
    finally {
      await closeDatabase()
      await set.stop()
    }
  })

  it('warn of one that cannot lose a member', async () => {
    const set = await startReplicaSet(1)
    try {
      expect((await check(set.uri))['MongoDB topology']).toMatchObject({
        verdict: 'warning',
        found: 'The replica set testset has 1 of 3 members with data: if one stops, so do writes',
      })
    }
    finally {
      await closeDatabase()
      await set.stop()
    }
  })
})

describe('the checks of a MongoDB with users', () => {
  const password = 'pass word/@1'
  let mongod: MongoMemoryServer
  beforeAll(async () => {
    mongod = await MongoMemoryServer.create({
      instance: { storageEngine: 'wiredTiger' },
      auth: {
        enable: true,
        customRootName: 'root',
        customRootPwd: 'root-password',
        extraUsers: [
          { createUser: 'reader', pwd: password, roles: [{ role: 'read', db: 'addendum' }], database: 'admin' },
        ],
      },
    })
  })
  afterAll(() => mongod.stop())
  const uri = (user: string, pwd: string) =>
    mongod.getUri('addendum').replace('://', `://${user}:${encodeURIComponent(pwd)}@`).concat('?authSource=admin')

  it('name a wrong password, and never print it', async () => {
    const checks = await check(uri('reader', 'a-wrong-password'))
    expect(checks.MongoDB).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(/Authentication failed/),
      mend: expect.stringMatching(/user and password/),
    })
    expectSkipped(checks)
    expect(JSON.stringify(checks)).not.toMatch(/a-wrong-password/)
  })

  it('name a user that may not write, and what it may not ask', async () => {
    const checks = await check(uri('reader', password))
    expect(checks).toMatchObject({
      'MongoDB': { verdict: 'ok' },
      'Write concern': {
        verdict: 'failed',
        found: expect.stringMatching(/may not write/),
        mend: expect.stringMatching(/readWrite/),
      },
      'Expiry': { verdict: 'skipped' },
    })
    expect(JSON.stringify(checks)).not.toMatch(/pass word|pass%20word/)
  })
})

describe('the checks without a MongoDB', () => {
  it('name the variable that is not set', async () => {
    const checks = await check('')
    expect(checks.MongoDB).toMatchObject({ verdict: 'failed', found: 'MONGODB_URI is not set' })
    expectSkipped(checks)
  })

  it('name an address at which nothing listens', async () => {
    const checks = await check(`mongodb://robin:secret-word@127.0.0.1:${await freePort()}/addendum`)
    expect(checks.MongoDB).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(/ECONNREFUSED/),
      mend: expect.stringContaining('MONGODB_URI'),
    })
    expectSkipped(checks)
    expect(JSON.stringify(checks)).not.toContain('secret-word')
  })

  it.each(['localhost:27017', 'http://localhost', 'mongodb://', 'mongodb://robin:p@ss@word@localhost/addendum'])(
    'name an address that is none: %s',
    async (uri) => {
      const checks = await check(uri)
      expect(checks.MongoDB).toMatchObject({ verdict: 'failed', mend: expect.any(String) })
      expect(JSON.stringify(checks)).not.toContain('p@ss@word')
      expectSkipped(checks)
    },
  )
})

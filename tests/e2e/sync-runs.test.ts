import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { syncStatus } from '../../shared/sync.ts'
import type { SyncStatus } from '../../shared/sync.ts'
import { apiUser, call } from '../support/api.ts'
import { startServer } from '../support/server.ts'

const token = 'a token of thirty-two characters'
let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
let clerk: Awaited<ReturnType<typeof startLocalClerk>>
let dataDir: string
let server: Awaited<ReturnType<typeof startServer>>
let admin: Awaited<ReturnType<typeof apiUser>>

// Local Clerk has no webhook address, so no event ever arrives.
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-'))
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
  clerk = await startLocalClerk({ dataDir })
  server = await start({ CRON_SECRET: token, RECONCILE_WHEN_DUE: 'on', RECONCILE_DELETE_LIMIT: '50' })
  admin = await apiUser(server as Parameters<typeof apiUser>[0], 'admin')
})
afterAll(async () => {
  await server.stop()
  await clerk.stop()
  await stored.close()
  await mongod.stop()
  await rm(dataDir, { recursive: true })
})

async function start(env: Record<string, string>) {
  const port = String(await freePort())
  const set = { ...clerk.env, MONGODB_URI: mongod.uri, PORT: port, LOCAL_CLERK: '1', ...env }
  return startServer(set, { entry: inject('localClerkEntry') })
}

/** The ids of Clerk's users, and of the living profiles. */
async function ids() {
  const rows = await stored.profiles.find({ deleted_at: { $exists: false } }).sort({ clerk_id: 1 }).toArray()
  const users = clerk.store.all<{ id: string }>('select id from users order by id')
  return { users: users.map(({ id }) => id), profiles: rows.map(({ clerk_id }) => clerk_id) }
}

async function expectInSync(): Promise<void> {
  const { users, profiles } = await ids()
  expect(profiles).toEqual(users)
}

const post = (path: string, body?: object) => admin.ask('POST', `/api/admin/${path}`, body)
const status = async () => (await admin.get('/api/admin/sync')).body as SyncStatus
const cron = (authorization?: string) =>
  call(server.url, 'GET', '/api/cron/catch-up', undefined, authorization ? { authorization } : {})

describe('without any webhook', () => {
  it('a catch-up brings every user, and the page\'s status says so', async () => {
    expect(z.parse(syncStatus, await status())).toMatchObject({ last_event_at: null, counts: null, report: null })
    expect(await post('catch-up')).toMatchObject({ status: 200, body: { run: { name: 'catch-up', state: 'done' } } })
    await expectInSync()
    const { counts, runs } = z.parse(syncStatus, await status())
    expect(counts).toMatchObject({ users: 4, profiles: 4 })
    expect(runs.map(({ name, state }) => [name, state])).toEqual([
      ['catch-up', 'done'],
      ['backfill', 'done'],
      ['reconcile', 'never'],
    ])
  })

  it('a platform\'s cron catches up, and reconciles when deletions were missed', async () => {
    clerk.users.create({ id: 'user_new' })
    clerk.users.remove('user_456')
    clerk.users.remove('user_789')
    expect(await cron(`Bearer ${token}`)).toMatchObject({ status: 200, body: { run: { name: 'catch-up' } } })
    expect((await ids()).profiles).toContain('user_new')
    expect(await cron(`Bearer ${token}`)).toMatchObject({ body: { run: { name: 'reconcile', changed: 2 } } })
    await expectInSync()
  })

  it('a reconcile reports first, and repairs on request', async () => {
    await stored.profiles.deleteOne({ clerk_id: 'user_123' })
    expect(await post('reconcile', {})).toMatchObject({ status: 200, body: { run: { state: 'done', changed: 0 } } })
    expect((await status()).report).toMatchObject({
      differences: { missing: 1, behind: 0, gone: 0, revived: 0 },
      examples: [{ clerk_id: 'user_123', kind: 'missing' }],
      repaired: null,
    })
    expect(await post('reconcile', { repair: true })).toMatchObject({ body: { run: { changed: 1 } } })
    await expectInSync()
    const { body } = await admin.get('/api/admin/profiles/user_123')
    expect(body.audit).toMatchObject([{ actor_id: 'reconcile', action: 'profile.repair', fields: ['missing'] }])
  })

  it('a user is resynced, and marked as deleted only when that is confirmed', async () => {
    clerk.users.update('user_new', { unsafe_metadata: { country: 'Canada' } })
    expect(await post('users/user_new/resync', {})).toMatchObject({ status: 200, body: { outcome: 'applied' } })
    expect(await stored.profiles.findOne({ clerk_id: 'user_new' })).toMatchObject({ country: 'CA' })
    clerk.users.remove('user_new')
    expect(await post('users/user_new/resync', {})).toMatchObject({ body: { outcome: 'gone' } })
    expect((await ids()).profiles).toContain('user_new')
    expect(await post('users/user_new/resync', { bury: true })).toMatchObject({ body: { outcome: 'buried' } })
    await expectInSync()
  })

  it('a server catches up by itself', async () => {
    const other = await start({ CATCH_UP_MINUTES: '0.02' })
    try {
      clerk.users.create({ id: 'user_later' })
      await expect.poll(async () => (await ids()).profiles).toContain('user_later')
    }
    finally {
      expect(await other.stop()).toBe(0)
    }
  })
})

it('a reconcile whose time comes while another process is at work follows when that has ended', async () => {
  const leases = stored.client.db('addendum').collection<{ _id: string }>('leases')
  const hold = (seconds: number) =>
    leases.updateOne(
      { _id: 'sync' },
      { $set: { expires_at: new Date(Date.now() + seconds * 1_000) }, $inc: { token: 1 } },
      { upsert: true },
    )
  await hold(60)
  await stored.profiles.deleteOne({ clerk_id: 'user_123' })
  const time = new Date(Date.now() + 4_000)
  const pattern = [time.getUTCSeconds(), time.getUTCMinutes(), time.getUTCHours(), '* * *'].join(' ')
  // The catch-up's short interval also says how often a run that is due is tried.
  const other = await start({ CATCH_UP_MINUTES: '0.02', RECONCILE_CRON: pattern })
  try {
    await expect.poll(() => Date.now()).toBeGreaterThan(time.getTime() + 1_500)
    expect((await ids()).profiles).not.toContain('user_123')
    await hold(0)
    await expect.poll(async () => (await ids()).profiles).toContain('user_123')
  }
  finally {
    expect(await other.stop()).toBe(0)
  }
})

describe('the routes of the runs', () => {
  afterEach(async () => {
    const db = stored.client.db('addendum')
    await db.collection('leases').deleteMany({})
    await db.collection('clerk_instance').updateOne({}, { $set: { instance_id: 'ins_local' } })
  })

  it.each([
    ['reconcile', { repair: 'yes' }, 422],
    ['reconcile', { delete_limit: 101 }, 422],
    ['reconcile', { repare: true }, 422],
    ['users/user_123/resync', { bury: 1 }, 422],
    ['users/%20/resync', {}, 404],
  ])('say what is wrong: %s %j', async (path, body, code) => {
    expect(await post(path, body)).toMatchObject({ status: code, body: { message: expect.any(String) } })
  })

  it('answer 409 while another run is at work', async () => {
    await stored.client.db('addendum').collection('leases').updateOne(
      { _id: 'sync' as never },
      { $set: { token: 999, expires_at: new Date(Date.now() + 60_000) } },
      { upsert: true },
    )
    const { status, body } = await post('backfill')
    expect([status, body.message]).toEqual([409, expect.stringMatching(/already running/)])
  })

  it('refuse a database of another instance, and name both', async () => {
    const instances = stored.client.db('addendum').collection('clerk_instance')
    await instances.updateOne({}, { $set: { instance_id: 'ins_production' } })
    for (const path of ['catch-up', 'backfill', 'reconcile', 'users/user_123/resync']) {
      const { status, body } = await post(path, {})
      expect([path, status, body.message]).toEqual([path, 409, expect.stringMatching(/ins_production.*ins_local/)])
    }
  })

  it('are closed to a cron without the token, and absent without a token', async () => {
    expect(await cron()).toMatchObject({ status: 401 })
    expect(await cron('Bearer a wrong one')).toMatchObject({ status: 401 })
    const other = await start({})
    try {
      expect(await call(other.url, 'GET', '/api/cron/catch-up')).toMatchObject({ status: 404 })
    }
    finally {
      await other.stop()
    }
  })
})

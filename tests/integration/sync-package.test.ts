import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { deliver, message, secret, sign, userEvent } from '../../fixtures/webhooks.ts'
import { createEvent } from '../../local-clerk/webhooks/payloads/index.ts'
import { createSync, RejectedEvent } from '../../packages/sync/index.ts'
import type { Handlers } from '../../packages/sync/index.ts'
import { InvalidProfile, mongodbStore, ProfileGone } from '../../packages/sync/mongodb.ts'

const silent = () => {}
const log = { info: silent, warn: silent, error: silent }

let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
beforeAll(async () => {
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri, 'test')
})
afterAll(async () => {
  await stored.close()
  await mongod.stop()
})

function open(options: { handlers?: Handlers, signingSecret?: string | string[] } = {}) {
  const store = mongodbStore(mongod.uri, {
    fields: { birthday: z.iso.date(), country: z.string().length(2), bio: z.string().max(20) },
    derive: (field, value) => field === 'birthday' ? { birth_year: Number(String(value).slice(0, 4)) } : {},
    derived: ['birth_year'],
  })
  return { store, sync: createSync({ store, signingSecret: secret, log, signals: false, ...options }) }
}

let { store, sync } = {} as ReturnType<typeof open>
beforeEach(async () => {
  ({ store, sync } = open())
  await stored.profiles.deleteMany({})
  await stored.deliveries.deleteMany({})
})
afterEach(() => sync.close())

const row = (clerk_id: string) => stored.profiles.findOne({ clerk_id })

async function serve(handler: Parameters<typeof createServer>[1]) {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Every way in which a framework hands over a request. */
const ways: [name: string, send: (event: unknown) => Promise<{ status: number, outcome?: string }>][] = [
  ['fetch', async (event) => {
    const sent = message(event)
    const request = new Request('http://localhost/', { method: 'POST', headers: sign(sent), body: sent.body })
    const response = await sync.fetch(request)
    return { status: response.status, outcome: (await response.json()).outcome }
  }],
  ['node', async (event) => {
    await using server = await serve(sync.node)
    const { status, body } = await deliver(server.url, message(event))
    return { status, outcome: body.outcome }
  }],
  ['answer, with the bytes that a parser kept', async (event) => {
    const sent = message(event)
    const request = { method: 'POST', headers: sign(sent), body: Buffer.from(sent.body) }
    const { status, body } = await sync.answer(request)
    return { status, outcome: 'outcome' in body ? body.outcome : undefined }
  }],
]

describe.each(ways)('an event by %s', (_name, send) => {
  it('creates, updates and deletes the profile, whatever the order', async () => {
    expect(await send(userEvent('user.updated', 'user_1', 9, { country: 'NO' }))).toEqual({
      status: 200, outcome: 'applied',
    })
    expect(await send(userEvent('user.created', 'user_1', 5, { country: 'SE', bio: 'Hi' }))).toEqual({
      status: 200, outcome: 'stale',
    })
    expect(await store.readProfile('user_1')).toEqual({ birthday: null, country: 'SE', bio: 'Hi' })
    expect(await send(createEvent('user.deleted', { id: 'user_1' }))).toEqual({ status: 200, outcome: 'applied' })
    expect(await send(userEvent('user.updated', 'user_1', 20))).toEqual({ status: 200, outcome: 'stale' })
    expect(await row('user_1')).toMatchObject({ deleted_at: expect.any(Date) })
    expect(await row('user_1')).not.toHaveProperty('country')
    expect(await stored.deliveries.countDocuments()).toBe(4)
  })
})

describe('a request', () => {
  it('is answered 400 with a wrong signature, and writes nothing', async () => {
    const sent = message(userEvent('user.created', 'user_1', 5))
    const { status } = await sync.answer({ method: 'POST', headers: { ...sign(sent), 'svix-signature': 'v1,AAAA' },
      body: Buffer.from(sent.body) })
    expect(status).toBe(400)
    expect(await stored.deliveries.countDocuments()).toBe(0)
  })

  it.each([
    ['with a length', (body: string) => body],
    ['in chunks', (body: string) => new Blob([body]).stream()],
  ])('is answered 413 with more than 1 MiB, %s', async (_, bodyOf) => {
    await using server = await serve(sync.node)
    const post = (bytes: number) => fetch(server.url, {
      method: 'POST', body: bodyOf('a'.repeat(bytes)), duplex: 'half',
    } as RequestInit)
    expect((await post(2 ** 20 + 1)).status).toBe(413)
    expect((await post(2 ** 20)).status).toBe(400)
    const request = new Request('http://localhost/', { method: 'POST', body: 'a'.repeat(2 ** 20 + 1) })
    expect((await sync.fetch(request)).status).toBe(413)
  })

  it.each(['GET', 'PUT', 'DELETE'])('by %s is answered 405, with Allow', async (method) => {
    const response = await sync.fetch(new Request('http://localhost/', { method }))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('whose body a parser has read is answered 500, which says what to do', async () => {
    const sent = message(userEvent('user.created', 'user_1', 5))
    const expected = { status: 500, body: { message: expect.stringContaining('Mount the webhook before') } }
    const parsed = { method: 'POST', headers: sign(sent), body: JSON.parse(sent.body) }
    expect(await sync.answer(parsed)).toMatchObject(expected)
    const request = new Request('http://localhost/', { method: 'POST', headers: sign(sent), body: sent.body })
    await request.text()
    expect((await sync.fetch(request)).status).toBe(500)
    await using server = await serve(async (incoming, response) => {
      for await (const _ of incoming);
      await sync.node(Object.assign(incoming, { body: {} }), response)
    })
    expect(await deliver(server.url, sent)).toMatchObject(expected)
  })

  it('takes a signature of either of two secrets', async () => {
    const other = `whsec_${Buffer.from('another secret of 24 byte').toString('base64')}`
    const { sync: rotating } = open({ signingSecret: `${other} ${secret}` })
    for (const each of [secret, other]) {
      const sent = message(userEvent('user.created', 'user_1', 5))
      const headers = sign(sent, { secrets: [each] })
      expect((await rotating.answer({ method: 'POST', headers, body: Buffer.from(sent.body) })).status).toBe(200)
    }
  })

  it('without a secret is answered 503; the variable is read at the first request', async () => {
    const { sync: late } = open({ signingSecret: undefined })
    const send = () => {
      const sent = message(userEvent('user.created', 'user_1', 5))
      return late.answer({ method: 'POST', headers: sign(sent), body: Buffer.from(sent.body) })
    }
    const before = process.env.CLERK_WEBHOOK_SIGNING_SECRET
    try {
      process.env.CLERK_WEBHOOK_SIGNING_SECRET = secret
      expect((await send()).status).toBe(200)
    }
    finally {
      if (before === undefined) delete process.env.CLERK_WEBHOOK_SIGNING_SECRET
      else process.env.CLERK_WEBHOOK_SIGNING_SECRET = before
    }
    const { sync: without } = open({ signingSecret: '' })
    expect((await without.answer({ method: 'POST', headers: {}, body: Buffer.from('{}') })).status).toBe(503)
  })
})

describe('a handler', () => {
  const send = async (handlers: Handlers, event: unknown) => {
    const { sync: handling } = open({ handlers })
    const sent = message(event)
    const { status } = await handling.answer({ method: 'POST', headers: sign(sent), body: Buffer.from(sent.body) })
    return { status, delivery: await stored.deliveries.findOne({ _id: sent.id }) }
  }
  const event = createEvent('session.created', { id: 'user_1' })

  it('gets the event of its type, and others are ignored', async () => {
    const seen: string[] = []
    const handlers: Handlers = {
      'session.created': async ({ data }) => {
        seen.push(data.user_id)
      },
    }
    expect(await send(handlers, event)).toMatchObject({ status: 200, delivery: { outcome: 'applied' } })
    expect(await send(handlers, createEvent('session.ended', { id: 'user_1' }))).toMatchObject({
      status: 200, delivery: { outcome: 'ignored' },
    })
    expect(seen).toEqual(['user_1'])
  })

  it('that throws is called again when Clerk sends the event again, unless it rejects it', async () => {
    const failing = (error: Error): Handlers => ({
      'session.created': async () => {
        throw error
      },
    })
    expect(await send(failing(new Error('down')), event)).toMatchObject({
      status: 503, delivery: { outcome: 'failed', error: 'down' },
    })
    expect(await send(failing(new RejectedEvent('odd')), event)).toMatchObject({
      status: 422, delivery: { outcome: 'rejected', error: 'odd' },
    })
  })
})

describe('the profile', () => {
  it('is edited before the first event, and no seed replaces what the user set', async () => {
    expect(await store.editProfile('user_1', { birthday: '1990-05-12' })).toEqual({
      birthday: '1990-05-12', country: null, bio: null,
    })
    expect(await row('user_1')).toMatchObject({ birth_year: 1990, created_at: expect.any(Date) })
    const sent = message(userEvent('user.created', 'user_1', 5, { birthday: '2001-01-01', country: 'NO', bio: 7 }))
    await sync.answer({ method: 'POST', headers: sign(sent), body: Buffer.from(sent.body) })
    expect(await store.readProfile('user_1')).toEqual({ birthday: '1990-05-12', country: 'NO', bio: null })
    expect(await store.editProfile('user_1', { country: null })).toMatchObject({ country: null })
    expect(await stored.deliveries.findOne({ _id: sent.id })).toMatchObject({
      error: expect.stringContaining('unsafe_metadata.bio'),
    })
  })

  it('refuses values that do not fit, and fields that it does not have, and says which', async () => {
    const edit = { birthday: 'soon', clerk_id: 'user_2', bio: null, visibility: null }
    const error = await store.editProfile('user_1', edit).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InvalidProfile)
    expect(Object.keys((error as InvalidProfile).fields)).toEqual(['birthday', 'clerk_id', 'visibility'])
    expect(await row('user_1')).toBeNull()
  })

  it('of a deleted user is not written any more', async () => {
    const sent = message(createEvent('user.deleted', { id: 'user_1' }))
    await sync.answer({ method: 'POST', headers: sign(sent), body: Buffer.from(sent.body) })
    await expect(store.editProfile('user_1', { bio: 'Back' })).rejects.toThrow(ProfileGone)
    expect(await store.readProfile('user_1')).toEqual({ birthday: null, country: null, bio: null })
  })

  it('takes any schema with the Standard Schema interface, but none that validates later', async () => {
    const schema = (validate: (value: unknown) => object) => ({ '~standard': { version: 1, vendor: 'x', validate } })
    const shout = (value: unknown) =>
      typeof value === 'string' ? { value: value.toUpperCase() } : { issues: [{ message: 'odd' }] }
    const own = mongodbStore(mongod.uri, {
      fields: { shout: schema(shout), later: schema(async () => ({ value: 1 })) } as never,
    })
    expect(await own.editProfile('user_1', { shout: 'hi' })).toMatchObject({ shout: 'HI' })
    await expect(own.editProfile('user_1', { shout: 5 })).rejects.toThrow('shout: odd')
    await expect(own.editProfile('user_1', { later: 5 })).rejects.toThrow('without a promise')
  })

  it('builds its indexes when it is first used, also in a database that the app is connected to', async () => {
    const db = stored.client.db('other')
    const own = mongodbStore(() => db, { fields: { bio: z.string() } })
    await Promise.all(['user_1', 'user_2'].map(id => own.editProfile(id, { bio: 'Hi' })))
    expect(await db.collection('profiles').indexes()).toContainEqual(expect.objectContaining({ unique: true }))
    expect(await db.collection('deliveries').indexes()).toContainEqual(
      expect.objectContaining({ expireAfterSeconds: 90 * 86_400 }),
    )
  })
})

describe('stopping', () => {
  it('answers what was taken, refuses what comes, and closes the connection', async () => {
    const sent = message(userEvent('user.created', 'user_1', 5))
    const request = { method: 'POST', headers: sign(sent), body: Buffer.from(sent.body) }
    const taken = sync.answer(request)
    await Promise.resolve()
    await sync.close()
    expect((await taken).status).toBe(200)
    expect(await sync.answer(request)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  })
})

import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { deliver, message, pooled, secret, sign, userEvent } from '../../fixtures/webhooks.ts'
import type { Message } from '../../fixtures/webhooks.ts'
import { createEvent } from '../../local-clerk/webhooks/payloads/index.ts'
import { environmentOf, examples, hasPages, isMainApp, keys, startExample } from '../support/example.ts'

const MiB = 2 ** 20

/**
 * What frameworks refuse on their own, by content type: what a form of another site could send, or a body without a
 * type. Clerk sends JSON.
 */
const refusals: Record<string, Record<string, number>> = {
  astro: { 'text/plain': 403, 'application/x-www-form-urlencoded': 403 },
  sveltekit: { 'text/plain': 403, 'application/x-www-form-urlencoded': 403, '': 400 },
}

describe.each(examples)('$name', (example) => {
  let mongod: Awaited<ReturnType<typeof startMongod>>
  let stored: Awaited<ReturnType<typeof openDatabase>>
  let server: Awaited<ReturnType<typeof startExample>>
  const uri = () => new URL('/addendum', mongod.uri).href
  const start = (env: Record<string, string> = {}) => startExample(example, { ...environmentOf(uri()), ...env })
  const row = (clerk_id: string) => stored.profiles.findOne({ clerk_id })

  beforeAll(async () => {
    mongod = await startMongod()
    stored = await openDatabase(mongod.uri)
    server = await start()
  })
  afterAll(async () => {
    await server.stop()
    await stored.close()
    await mongod.stop()
  })

  const send = (sent: Message, headers: Record<string, string> = {}) =>
    deliver(server.webhooks, sent, { ...sign(sent), ...headers })
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(server.webhooks, { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

  /** A connection that has sent a request's head, and perhaps a part of its body. */
  async function begin(headers: Record<string, string | number>, ...chunks: (string | Buffer)[]): Promise<Socket> {
    const { port } = new URL(server.url)
    const socket = connect(Number(port), 'localhost')
    await once(socket, 'connect')
    const lines = Object.entries({ host: `localhost:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`)
    socket.write(`POST /api/webhooks HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    for (const chunk of chunks) await new Promise(written => socket.write(chunk, written))
    return socket
  }

  const statusOf = async (socket: Socket) => {
    let answer = ''
    while (!answer.includes('\r\n')) answer += (await once(socket, 'data'))[0]
    socket.destroy()
    return Number(answer.slice(9, 12))
  }

  describe('an event', () => {
    it('creates, updates and deletes a profile, once and for good', async () => {
      const created = message(userEvent('user.created', 'user_1', 5, { country: 'NO' }))
      expect(await send(created)).toMatchObject({ status: 200, body: { outcome: 'applied' } })
      expect(await send(created)).toMatchObject({ status: 200, body: { outcome: 'applied' } })
      expect(await send(message(userEvent('user.updated', 'user_1', 9)))).toMatchObject({ status: 200 })
      expect(await send(message(userEvent('user.updated', 'user_1', 7)))).toMatchObject({ body: { outcome: 'stale' } })
      expect(await row('user_1')).toMatchObject({ country: 'NO', clerk_updated_at: new Date(9) })
      expect(await send(message(createEvent('user.deleted', { id: 'user_1' })))).toMatchObject({ status: 200 })
      expect(await send(message(userEvent('user.updated', 'user_1', 20)))).toMatchObject({ body: { outcome: 'stale' } })
      expect(await row('user_1')).toMatchObject({ deleted_at: expect.any(Date) })
      expect(await row('user_1')).not.toHaveProperty('country')
      expect(await stored.deliveries.findOne({ _id: created.id })).toMatchObject({ attempts: 2 })
    })

    it('of another type is ignored, and one without an id is rejected for good', async () => {
      expect(await send(message(createEvent('email.created', { id: 'user_1' })))).toMatchObject({
        body: { outcome: 'ignored' },
      })
      const { status, headers } = await send(message({ ...userEvent('user.created', 'user_2', 5), data: {} }))
      expect([status, headers.get('webhook-delivery')]).toEqual([422, 'abort-message'])
    })
  })

  describe('a request', () => {
    it('without a valid signature is answered 400, and stores nothing', async () => {
      const sent = message(userEvent('user.created', 'user_forged', 5))
      const foreign = sign(sent, { secrets: [`whsec_${'A'.repeat(32)}`] })
      expect((await deliver(server.webhooks, sent, foreign)).status).toBe(400)
      expect((await deliver(server.webhooks, { ...sent, body: `${sent.body} ` }, sign(sent))).status).toBe(400)
      expect((await deliver(server.webhooks, sent, { 'content-type': 'application/json' })).status).toBe(400)
      const old = sign(sent, { at: new Date(Date.now() - 6 * 60_000) })
      expect((await deliver(server.webhooks, sent, old)).status).toBe(400)
      expect(await row('user_forged')).toBeNull()
      expect(await stored.deliveries.findOne({ _id: sent.id })).toBeNull()
    })

    it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('by %s is answered 405, and says what is allowed', async (method) => {
      const response = await fetch(server.webhooks, { method, headers: { 'content-type': 'application/json' } })
      expect([response.status, response.headers.get('allow')]).toEqual([405, expect.stringContaining('POST')])
    })

    it('is verified by its exact bytes: a mark, spaces, a character between two chunks', async () => {
      const text = JSON.stringify(userEvent('user.created', 'user_bytes', 5, { bio: 'Ünïcode 🎉' }), undefined, 1)
      const sent = message(`\uFEFF${text}\n`)
      const body = Buffer.from(sent.body)
      const middle = body.indexOf('🎉') + 2
      const headers = { ...sign(sent), 'content-length': body.length }
      const socket = await begin(headers, body.subarray(0, middle))
      await sleep(50)
      socket.write(body.subarray(middle))
      expect(await statusOf(socket)).toBe(200)
      expect(await row('user_bytes')).toMatchObject({ bio: 'Ünïcode 🎉' })
    })

    it.each([
      ['text/plain'],
      ['application/json; charset=utf-16'],
      ['application/x-www-form-urlencoded'],
      ['application/cloudevents+json'],
      [''],
    ])('with the content type "%s" is taken, unless the framework refuses it', async (type) => {
      const sent = message(userEvent('user.created', 'user_type', 5))
      const { status } = await post(sent.body, { ...sign(sent), 'content-type': type })
      expect(status).toBe(refusals[example.name]?.[type] ?? 200)
    })

    it.each([
      ['another origin', { origin: 'https://svix.example' }],
      ['no origin that can be named', { origin: 'null' }],
      ['the site of another', { 'sec-fetch-site': 'cross-site', 'referer': 'https://svix.example/' }],
      ['a bearer token that is not Clerk\'s', { authorization: 'Bearer nonsense' }],
      ['cookies of another session', { cookie: '__session=nonsense; __client_uat=1' }],
    ])('with %s is taken: Clerk\'s webhooks have no session', async (_, headers) => {
      expect((await send(message(userEvent('user.created', 'user_origin', 5)), headers)).status).toBe(200)
    })

    it('that is compressed is not taken for what it was', async () => {
      const sent = message(userEvent('user.created', 'user_gzip', 5))
      const response = await post(gzipSync(sent.body), { ...sign(sent), 'content-encoding': 'gzip' })
      expect(response.status).toBe(400)
      expect(await row('user_gzip')).toBeNull()
    })

    it('of 1 MiB is read, and a byte more is answered 413', async () => {
      const event = userEvent('user.created', 'user_large', 5)
      const padded = (bytes: number) => {
        const text = JSON.stringify(event)
        return message(text + ' '.repeat(bytes - Buffer.byteLength(text)))
      }
      expect((await send(padded(MiB))).status).toBe(200)
      expect((await send(padded(MiB + 1))).status).toBe(413)
      const sent = padded(MiB + 1)
      expect((await post(new Blob([sent.body]).stream(), sign(sent))).status).toBe(413)
    })

    it('without an end is answered 413 as soon as it is too long', async () => {
      const headers = { 'content-type': 'application/json', 'svix-id': 'msg_endless' }
      const socket = await begin({ ...headers, 'transfer-encoding': 'chunked' })
      // A sixteenth of a MiB.
      const chunk = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`)
      // No more than that: what is written after the server has closed the connection would lose its answer.
      for (let sent = 0; sent <= 16; sent++) await new Promise(written => socket.write(chunk, written))
      expect(await statusOf(socket)).toBe(413)
    })

    it('whose client leaves stores nothing, and harms no other', async () => {
      const sent = message(userEvent('user.created', 'user_left', 5))
      const headers = { ...sign(sent), 'content-length': Buffer.byteLength(sent.body) }
      const socket = await begin(headers, sent.body.slice(0, 100))
      socket.destroy()
      expect((await send(message(userEvent('user.created', 'user_next', 5)))).status).toBe(200)
      expect(await row('user_left')).toBeNull()
    })
  })

  // pages.test.ts has those with pages; the main app has an API of its own.
  describe.skipIf(isMainApp(example) || hasPages(example))('the profile', () => {
    const ask = async (method: string, token?: string, body?: object) => {
      const response = await fetch(`${server.url}/api/me`, {
        method,
        headers: { 'content-type': 'application/json', ...token && { authorization: `Bearer ${token}` } },
        body: body && JSON.stringify(body),
      })
      return { status: response.status, body: await response.json() as unknown }
    }
    const tokenOf = (sub: string) => {
      const now = Math.floor(Date.now() / 1_000)
      const times = { iat: now, nbf: now - 5, exp: now + 60 }
      return keys.sign({ ...times, azp: server.url, iss: 'https://clerk.localhost', sid: 'sess_1', sub, v: 2 })
    }

    it('is read and edited by its own user, before any event', async () => {
      const token = tokenOf('user_me')
      expect((await ask('GET')).status).toBe(401)
      expect((await ask('PATCH', undefined, { bio: 'Hi' })).status).toBe(401)
      expect((await ask('GET', `${token.slice(0, -4)}AAAA`)).status).toBe(401)
      const none = { birthday: null, country: null, bio: null }
      expect(await ask('GET', token)).toEqual({ status: 200, body: { clerk_id: 'user_me', profile: none } })
      expect(await ask('PATCH', token, { bio: 'Hi' })).toMatchObject({ status: 200, body: { profile: { bio: 'Hi' } } })
      await send(message(userEvent('user.created', 'user_me', 5, { bio: 'A seed', country: 'NO' })))
      expect(await ask('GET', token)).toMatchObject({ body: { profile: { bio: 'Hi', country: 'NO', birthday: null } } })
    })

    it('says which values do not fit, and keeps the others', async () => {
      const token = tokenOf('user_wrong')
      const { status, body } = await ask('PATCH', token, { birthday: '2000-02-31', country: 'Norway', bio: 'Hi' })
      expect([status, body]).toEqual([422, { fields: { birthday: expect.any(String), country: expect.any(String) } }])
      expect(await row('user_wrong')).toBeNull()
    })

    it('of a deleted user is gone', async () => {
      await send(message(createEvent('user.deleted', { id: 'user_gone' })))
      expect((await ask('PATCH', tokenOf('user_gone'), { bio: 'Hi' })).status).toBe(410)
    })
  })

  it('shares writes in a burst of 300', async () => {
    const admin = stored.client.db('admin')
    const updates = async () => Number((await admin.command({ serverStatus: 1 })).metrics.commands.update.total)
    const before = await updates()
    const events = Array.from({ length: 300 }, (_, index) => message(userEvent('user.created', `user_b${index}`, 5)))
    const answers = await pooled(64, events.map(sent => () => send(sent)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await stored.profiles.countDocuments({ clerk_id: /^user_b\d/ })).toBe(300)
    expect(await updates() - before).toBeLessThan(150)
  })

  describe('faults', () => {
    it('answers 503 while the database is frozen, in time, and stores what comes again', async () => {
      const sent = message(userEvent('user.created', 'user_frozen', 5))
      await mongod.freeze()
      const started = performance.now()
      const answer = await send(sent).finally(() => mongod.thaw())
      expect(answer.status).toBe(503)
      expect(performance.now() - started).toBeLessThan(14_000)
      await expect.poll(async () => (await send(sent)).status).toBe(200)
      expect(await row('user_frozen')).not.toBeNull()
    })

    it('answers 503 while the database is down, and recovers by itself', async () => {
      const sent = message(userEvent('user.created', 'user_down', 5))
      await mongod.kill()
      expect((await send(sent)).status).toBe(503)
      await mongod.restart()
      await expect.poll(async () => (await send(sent)).status).toBe(200)
      expect(await row('user_down')).not.toBeNull()
    })

    it('starts without its database', async () => {
      await mongod.kill()
      const early = await start()
      const sent = message(userEvent('user.created', 'user_early', 5))
      try {
        expect((await deliver(early.webhooks, sent)).status).toBe(503)
      }
      finally {
        await mongod.restart()
      }
      await expect.poll(async () => (await deliver(early.webhooks, sent)).status).toBe(200)
      await early.stop()
    })

    it('keeps every event that it has acknowledged when it is killed', async () => {
      const doomed = await start()
      const events = Array.from({ length: 200 }, (_, index) => message(userEvent('user.created', `user_k${index}`, 5)))
      const answering = pooled(32, events.map(sent => () => deliver(doomed.webhooks, sent)))
      await sleep(100)
      await doomed.stop('SIGKILL')
      const acknowledged = (await answering).flatMap(({ status }, index) => status === 200 ? [`user_k${index}`] : [])
      expect(await stored.profiles.countDocuments({ clerk_id: { $in: acknowledged } })).toBe(acknowledged.length)
    })

    it('answers what it has taken when it is asked to stop, and ends in spite of idle connections', async () => {
      const stopping = await start()
      const { port } = new URL(stopping.url)
      const idle = connect(Number(port), 'localhost').on('error', () => {})
      await once(idle, 'connect')
      await deliver(stopping.webhooks, message(userEvent('user.created', 'user_s0', 5)))
      await mongod.freeze()
      const events = Array.from({ length: 20 }, (_, index) => message(userEvent('user.created', `user_s${index}`, 6)))
      const answering = Promise.all(events.map(sent => deliver(stopping.webhooks, sent)))
      await sleep(500)
      const ended = stopping.stop('SIGTERM')
      await sleep(500)
      mongod.thaw()
      expect(new Set((await answering).map(({ status }) => status))).toEqual(new Set([200]))
      await ended
      idle.destroy()
    })
  })

  describe('secrets', () => {
    const other = `whsec_${Buffer.from('another secret of 24 byte').toString('base64')}`

    it('two count while one is rotated', async () => {
      const both = `${other} ${secret}`
      const rotating = await start({ CLERK_WEBHOOK_SIGNING_SECRET: both })
      for (const each of [secret, other]) {
        const sent = message(userEvent('user.created', 'user_rotate', 5))
        expect((await deliver(rotating.webhooks, sent, sign(sent, { secrets: [each] }))).status).toBe(200)
      }
      await rotating.stop()
    })

    it('without one every event is answered 503, and the log says what to do', async () => {
      const without = await start({ CLERK_WEBHOOK_SIGNING_SECRET: '' })
      expect((await deliver(without.webhooks, message(userEvent('user.created', 'user_none', 5)))).status).toBe(503)
      await expect.poll(without.log).toMatch(/CLERK_WEBHOOK_SIGNING_SECRET/)
      await without.stop()
    })
  })
})

import { gzipSync } from 'node:zlib'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEvent, eventTypes } from '../../local-clerk/webhooks/payloads/index.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startServer } from '../support/server.ts'
import type { Server } from '../support/server.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'

const MiB = 1024 * 1024
let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Server
let stored: Awaited<ReturnType<typeof openDatabase>>

beforeAll(async () => {
  mongod = await startMongod()
  server = await startServer({ MONGODB_URI: mongod.uri })
  stored = await openDatabase(mongod.uri)
})
afterAll(async () => {
  await stored.close()
  await server.stop()
  await mongod.stop()
})

const profile = (clerk_id: string) => stored.profiles.findOne({ clerk_id })
const delivery = (id: string) => stored.deliveries.findOne({ _id: id })

/** Nothing of a rejected message is stored. */
async function expectNothing({ id }: { id: string }) {
  expect(await delivery(id)).toBeNull()
}

/** Writes raw chunks to a new connection, and returns everything that it answers. */
function raw(...chunks: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(port), hostname, async () => {
      for (const chunk of chunks) await new Promise(written => socket.write(chunk, written))
    })
    socket.on('data', (data) => {
      answer += data
      // Not every answer closes the connection: h3's errors end with their JSON object.
      if (/\r\n\r\n[\s\S]*\}\s*$/.test(answer)) socket.destroy()
    })
    socket.on('close', () => resolve(answer)).on('error', reject)
  })
}

function head(headers: Record<string, string | number>): string {
  return `POST /api/webhooks HTTP/1.1\r\nhost: localhost\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
}

describe('a webhook with a valid signature', () => {
  it('stores the profile and the delivery before it is answered', async () => {
    const at = Date.now()
    const sent = message(
      userEvent('user.created', 'user_new', at, { country: 'CA', birthday: '1990-05-12', bio: 'Coffee enthusiast.' }),
    )
    const { status, body } = await deliver(server.webhooks, sent)
    expect([status, body]).toEqual([200, { outcome: 'applied' }])
    expect(await profile('user_new')).toMatchObject({
      clerk_id: 'user_new',
      country: 'CA',
      birthday: '1990-05-12',
      birth_month_day: '05-12',
      bio: 'Coffee enthusiast.',
      visibility: 'private',
      clerk_updated_at: new Date(at),
    })
    expect(await delivery(sent.id)).toMatchObject({
      type: 'user.created',
      clerk_id: 'user_new',
      outcome: 'applied',
      attempts: 1,
    })
  })

  it('is applied once, however often it arrives', async () => {
    const sent = message(userEvent('user.created', 'user_twice', Date.now()))
    for (let attempt = 0; attempt < 3; attempt++) expect((await deliver(server.webhooks, sent)).status).toBe(200)
    expect(await stored.profiles.countDocuments({ clerk_id: 'user_twice' })).toBe(1)
    expect(await delivery(sent.id)).toMatchObject({ outcome: 'applied', attempts: 3 })
  })

  it.each(eventTypes)('is answered 200 if it is a %s', async (type) => {
    const { status, body } = await deliver(server.webhooks, message(createEvent(type, { id: 'user_types' })))
    expect([status, body.outcome]).toEqual([
      200,
      type.startsWith('user.') ? expect.stringMatching(/applied|stale/) : 'ignored',
    ])
  })

  it('stores the last sign-in of a session.created with LAST_SEEN=on', async () => {
    const other = await startServer({ MONGODB_URI: mongod.uri, LAST_SEEN: 'on' })
    try {
      await deliver(other.webhooks, message(userEvent('user.created', 'user_seen', 1_000)))
      const sent = message(createEvent('session.created', { id: 'user_seen', at: 2_000 }))
      expect((await deliver(other.webhooks, sent)).body).toEqual({ outcome: 'applied' })
      expect(await profile('user_seen')).toMatchObject({ last_seen_at: new Date(2_000) })
    }
    finally {
      await other.stop()
    }
  })

  it.each(['future.event', '__proto__', 'constructor', 'toString'])('is ignored if its type is %s', async (type) => {
    const sent = message({ ...createEvent('email.created'), type })
    expect((await deliver(server.webhooks, sent)).body).toEqual({ outcome: 'ignored' })
    expect(await delivery(sent.id)).toMatchObject({ type, outcome: 'ignored' })
  })

  it('never stores metadata, names or email addresses', async () => {
    const event = userEvent('user.created', 'user_lean', Date.now(), { note: 'unsafe-secret' })
    const sent = message({ ...event, data: { ...event.data, private_metadata: { plan: 'private-secret' } } })
    expect((await deliver(server.webhooks, sent)).status).toBe(200)
    const all = JSON.stringify([await profile('user_lean'), await delivery(sent.id), server.logs])
    for (const trace of ['unsafe-secret', 'private-secret', 'Robin', 'lean@example.com'])
      expect(all).not.toContain(trace)
  })

  it('drops an invalid seed, notes it on the delivery, and keeps the rest', async () => {
    const sent = message(
      userEvent('user.created', 'user_seeds', Date.now(), { country: 'Atlantis', birthday: '2025-02-29', bio: 'ok' }),
    )
    expect((await deliver(server.webhooks, sent)).status).toBe(200)
    const row = await profile('user_seeds')
    expect(row).toMatchObject({ bio: 'ok' })
    expect(row).not.toHaveProperty('country')
    expect(row).not.toHaveProperty('birthday')
    expect((await delivery(sent.id))?.error).toMatch(/unsafe_metadata\.birthday.*unsafe_metadata\.country/)
  })

  it.each(['__proto__', '$set', 'constructor.prototype'])('is not misled by a key %s', async (key) => {
    const clean = JSON.stringify(userEvent('user.created', 'user_keys', Date.now(), { bio: 'ok' }))
    const sent = message(
      clean
        .replaceAll('"bio":', `${JSON.stringify(key)}:{"country":"US","deleted_at":1},"bio":`)
        .replace('"object":"user"', `${JSON.stringify(key)}:{"id":"user_other"},"object":"user"`),
    )
    expect((await deliver(server.webhooks, sent)).body).toEqual({ outcome: 'applied' })
    expect(Object.keys((await profile('user_keys'))!)).not.toEqual(expect.arrayContaining([key]))
    expect(await profile('user_keys')).not.toHaveProperty('country')
    expect(await profile('user_other')).toBeNull()
  })
})

describe('a webhook that is not from Clerk', () => {
  const event = () => message(userEvent('user.created', 'user_forged', Date.now()))

  it.each(['svix-id', 'svix-timestamp', 'svix-signature'])('is rejected without %s', async (name) => {
    const sent = event()
    const { [name]: _, ...headers } = sign(sent)
    const answer = await deliver(server.webhooks, sent, headers)
    expect(answer.status).toBe(400)
    expect(answer.body.message).toContain(name)
    await expectNothing(sent)
  })

  it.each([
    ['malformed signature', { 'svix-signature': 'v1' }],
    ['empty signature', { 'svix-signature': '' }],
    ['signature of another version', { 'svix-signature': 'v2,aGVsbG8=' }],
    ['timestamp that is no number', { 'svix-timestamp': 'now' }],
    ['id that was not signed', { 'svix-id': 'msg_other' }],
  ])('is rejected with a %s', async (_, wrong) => {
    const sent = event()
    expect((await deliver(server.webhooks, sent, { ...sign(sent), ...wrong })).status).toBe(400)
    await expectNothing(sent)
  })

  it('is rejected with a signature by another secret', async () => {
    const sent = event()
    const headers = sign(sent, { secrets: [`whsec_${Buffer.alloc(24, 7).toString('base64')}`] })
    expect((await deliver(server.webhooks, sent, headers)).status).toBe(400)
    await expectNothing(sent)
  })

  it('is rejected with the signature of another body', async () => {
    const sent = event()
    expect((await deliver(server.webhooks, sent, sign({ ...sent, body: '{}' }))).status).toBe(400)
    await expectNothing(sent)
  })

  it.each([-6, 6])('is rejected %i minutes off', async (minutes) => {
    const sent = event()
    const headers = sign(sent, { at: new Date(Date.now() + minutes * 60_000) })
    expect((await deliver(server.webhooks, sent, headers)).status).toBe(400)
    await expectNothing(sent)
  })

  it('creates no profile', async () => {
    expect(await profile('user_forged')).toBeNull()
  })
})

describe('a signed webhook that cannot be used', () => {
  it.each([
    ['no data.id', { id: undefined }, 'id'],
    ['a query as data.id', { id: { $ne: null } }, 'id'],
    ['an id of 10,000 characters', { id: `user_${'a'.repeat(10_000)}` }, 'id'],
    ['a text as updated_at', { updated_at: 'yesterday' }, 'updated_at'],
    ['no updated_at', { updated_at: undefined }, 'updated_at'],
  ])('is rejected permanently with %s', async (_, wrong, named) => {
    const event = userEvent('user.updated', 'user_unusable', Date.now())
    const sent = message({ ...event, data: { ...event.data, ...wrong } })
    const { status, headers, body } = await deliver(server.webhooks, sent)
    expect([status, headers.get('webhook-delivery')]).toEqual([422, 'abort-message'])
    expect(body.message).toContain(named)
    expect(await delivery(sent.id)).toMatchObject({ outcome: 'rejected', error: body.message })
    expect(await profile('user_unusable')).toBeNull()
  })

  it.each(['[]', '"text"', '5', '{}', '{"type":5,"data":{}}', '{"type":"user.created","data":null}'])(
    'is rejected when its text is %s',
    async (text) => {
      const { status, headers } = await deliver(server.webhooks, message(text))
      expect([status, headers.get('webhook-delivery')]).toEqual([422, 'abort-message'])
    },
  )

  it.each(['not JSON', '{"type":', 'null'])(
    'is refused when its text is %s, as verifyWebhook refuses it',
    async (text) => {
      const sent = message(text)
      expect((await deliver(server.webhooks, sent)).status).toBe(400)
      await expectNothing(sent)
    },
  )
})

describe('the body of a webhook', () => {
  it('must not be empty', async () => {
    expect((await deliver(server.webhooks, message(''))).status).toBe(400)
  })

  it('may arrive in two chunks, split within a character', async () => {
    const sent = message(userEvent('user.created', 'user_chunks', Date.now(), { bio: 'é' }))
    const bytes = Buffer.from(sent.body)
    const cut = bytes.indexOf('é') + 1
    const answer = await raw(
      head({ ...sign(sent), 'content-length': bytes.length }),
      bytes.subarray(0, cut),
      bytes.subarray(cut),
    )
    expect(answer).toContain('200 OK')
    expect(await profile('user_chunks')).toMatchObject({ bio: 'é' })
  })

  it('is read as bytes, whatever charset it claims', async () => {
    const sent = message(userEvent('user.created', 'user_charset', Date.now(), { bio: 'é' }))
    const headers = { ...sign(sent), 'content-type': 'application/json; charset=iso-8859-1' }
    expect((await deliver(server.webhooks, sent, headers)).status).toBe(200)
    expect(await profile('user_charset')).toMatchObject({ bio: 'é' })
  })

  it('is rejected in another charset or compressed, as other bytes were signed', async () => {
    const sent = message(userEvent('user.created', 'user_encoded', Date.now(), { bio: 'é' }))
    for (const [bytes, extra] of [
      [Buffer.from(sent.body, 'latin1'), {}],
      [Buffer.from(sent.body, 'utf16le'), {}],
      [gzipSync(sent.body), { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await raw(head({ ...sign(sent), ...extra, 'content-length': bytes.length }), bytes)
      expect(answer).toContain('400 Bad Request')
    }
    await expectNothing(sent)
  })

  it('may have 1 MiB', async () => {
    const event = JSON.stringify(createEvent('email.created'))
    const sent = message(event.replace('424242', '4'.repeat(MiB - event.length + 6)))
    expect(Buffer.byteLength(sent.body)).toBe(MiB)
    expect((await deliver(server.webhooks, sent)).body).toEqual({ outcome: 'ignored' })
  })

  it('must not have a byte more, and is rejected before it is read', async () => {
    // Not a byte of the body is sent: the answer can only come from its announced length.
    expect(await raw(head({ 'content-length': MiB + 1 }))).toContain('413 Payload Too Large')
  })

  it('must not have a byte more in chunks, either, and is rejected before its end', async () => {
    // The last chunk never comes: the answer can only come from counting.
    const size = (MiB + 1).toString(16)
    expect(
      await raw(head({ 'transfer-encoding': 'chunked' }), `${size}\r\n`, Buffer.alloc(MiB + 1, 'a'), '\r\n'),
    ).toContain('413 Payload Too Large')
  })
})

describe('other requests to the route', () => {
  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('%s is answered 405 with the allowed methods', async (method) => {
    const response = await fetch(server.webhooks, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('errors are JSON with status, name and message, without a stack', async () => {
    const response = await fetch(server.webhooks)
    const body = await response.json()
    expect(body).toMatchObject({ statusCode: 405, statusMessage: 'Method Not Allowed', message: expect.any(String) })
    expect(JSON.stringify(body)).not.toContain('at ')
  })
})

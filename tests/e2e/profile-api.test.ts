import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiUser, call } from '../support/api.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import { adaProfile } from '../support/people.ts'

let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
let ada: Awaited<ReturnType<typeof apiUser>>

const row = () => stored.profiles.findOne({ clerk_id: 'user_123' })

beforeAll(async () => {
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  ada = await apiUser(server, 'ada')
})
afterAll(async () => {
  await server.stop()
  await stored.close()
  await mongod.stop()
})
beforeEach(async () => {
  await stored.client.db('addendum').collection('rate_limits').deleteMany({})
  await stored.profiles.updateOne(
    { clerk_id: 'user_123' },
    { $set: adaProfile, $unset: { birthday_visibility: '', deleted_at: '' } },
    { upsert: true },
  )
})

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('PATCH /api/me with invalid input', () => {
  it.each<[field: string, value: unknown]>([
    ['birthday', '2025-02-29'],
    ['birthday', '1899-12-31'],
    ['birthday', inDays(1)],
    ['birthday', '0000-00-00'],
    ['birthday', 19900512],
    ['birthday', '12.05.1990'],
    ['birthday', '1990-05-12T00:00:00Z'],
    ['birthday', ''],
    ['birthday', {}],
    ['country', 'Atlantis'],
    ['country', 'ca'],
    ['country', 'USA'],
    ['country', ''],
    ['country', '__proto__'],
    ['country', 7],
    ['country', ['CA']],
    ['bio', 'x'.repeat(501)],
    ['bio', '👩🏽‍🚀'.repeat(501)],
    ['bio', 'nul\0'],
    ['bio', ' \n '],
    ['bio', 7],
    ['visibility', 'friends'],
    ['visibility', null],
    ['birthday_visibility', true],
  ])('rejects %s %j with a message for the field, and writes nothing', async (field, value) => {
    const before = await row()
    const { status, body } = await ada.patch({ bio: 'Never stored', [field]: value })
    expect(status).toBe(422)
    expect(body.data.fields).toEqual({
      [field]: [expect.stringMatching(/^(Enter|Choose)/), ...body.data.fields[field].slice(1)],
    })
    expect(body.message).toContain(field)
    expect(await row()).toEqual(before)
  })

  it('rejects a lone surrogate, which JSON can contain', async () => {
    expect((await ada.patch('{"bio":"\\ud800"}')).body.data.fields.bio).toEqual([
      'Enter text without broken characters',
    ])
  })

  it.each([
    ['{"shoe_size":42}', 'shoe_size'],
    ['{"clerk_id":"user_456"}', 'clerk_id'],
    ['{"deleted_at":null}', 'deleted_at'],
    ['{"__proto__":{"bio":"x"}}', '__proto__'],
    ['{"constructor":{"prototype":{}}}', 'constructor'],
    ['{"$set":{"bio":"x"}}', '$set'],
  ])('rejects %s and names the unknown key', async (body, key) => {
    const before = await row()
    const answer = await ada.patch(body)
    expect([answer.status, answer.body.message]).toEqual([422, `There is no such field: ${key}`])
    expect(await row()).toEqual(before)
  })

  it.each([
    ['[]', 422],
    ['null', 422],
    ['"bio"', 422],
    ['7', 422],
    ['', 400],
    ['{"bio":', 400],
    ['bio=x', 400],
  ])('answers the body %j with %i', async (body, status) => {
    expect((await ada.patch(body)).status).toBe(status)
  })

  it('rejects a body of 1 MiB without reading all of it', async () => {
    const answer = await ada.patch(JSON.stringify({ bio: 'x'.repeat(1024 * 1024) }))
    expect([answer.status, answer.body.message]).toEqual([413, 'The body is over 64 KiB'])
  })

  it('rejects a request without a token, with an expired one, and with an unsigned one', async () => {
    const token = await ada.token()
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
    const expired = server
      .keys()
      .sign({ ...claims, iat: claims.iat - 3_600, nbf: claims.nbf - 3_600, exp: claims.exp - 3_600 })
    const headers: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${expired}` },
      { authorization: `Bearer ${token.slice(0, -4)}AAAA` },
    ]
    for (const each of headers)
      expect((await call(server.url, 'PATCH', '/api/me', { bio: 'x' }, each)).status).toBe(401)
    // The same claims are accepted before they expire.
    expect(
      (
        await call(
          server.url,
          'PATCH',
          '/api/me',
          { bio: 'x' },
          { authorization: `Bearer ${server.keys().sign(claims)}` },
        )
      ).status,
    ).toBe(200)
  })

  it('answers 410 to a deleted user, with and without a version', async () => {
    const etag = (await ada.get('/api/me')).headers.get('etag')!
    await stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: { deleted_at: new Date() } })
    const before = await row()
    expect((await ada.patch({ bio: 'Back' })).status).toBe(410)
    expect((await ada.patch({ bio: 'Back' }, { 'if-match': etag })).status).toBe(410)
    expect((await ada.ask('DELETE', '/api/me/profile')).status).toBe(410)
    expect(await row()).toEqual(before)
  })
})

describe('PATCH /api/me', () => {
  it.each([
    '<script>alert(1)</script>',
    '👩🏽‍🚀'.repeat(500),
    'שלום עולם',
    'زرقاء\nاليمامة',
    '{{ 7 * 7 }}',
    '$where',
    '\u0000'.replace('\0', '\u0001'),
  ])('keeps the bio %j as it is', async (bio) => {
    expect(await ada.patch({ bio })).toMatchObject({ status: 200, body: { bio, country: 'US' } })
    expect((await ada.get('/api/me')).body.profile.bio).toBe(bio)
    expect((await row())?.bio).toBe(bio)
  })

  it('changes the given fields, clears those that are null, and derives the day of the year', async () => {
    expect((await ada.patch({ birthday: '2000-02-29', country: null })).body).toEqual({
      birthday: '2000-02-29',
      country: null,
      bio: 'Coffee enthusiast.',
      visibility: 'private',
      birthday_visibility: 'private',
    })
    expect(await row()).toMatchObject({ birthday: '2000-02-29', birth_month_day: '02-29', country: null })
    await ada.patch({ birthday: null })
    expect(await row()).toMatchObject({ birthday: null, birth_month_day: null })
  })

  it('creates one row from two simultaneous edits of a new user', async () => {
    for (let round = 0; round < 10; round++) {
      await stored.profiles.deleteOne({ clerk_id: 'user_123' })
      const answers = await Promise.all([ada.patch({ bio: 'One' }), ada.patch({ country: 'DE' })])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(await stored.profiles.find({ clerk_id: 'user_123' }).toArray()).toMatchObject([
        { bio: 'One', country: 'DE', clerk_updated_at: new Date(0) },
      ])
    }
  })

  it('limits the writes of one user, says when to try again, and leaves others alone', async () => {
    const statuses = await Promise.all(Array.from({ length: 70 }, () => ada.patch({ bio: 'Again' })))
    const refused = statuses.filter(({ status }) => status === 429)
    expect(statuses.filter(({ status }) => status === 200)).toHaveLength(60)
    expect(refused).toHaveLength(10)
    const wait = Number(refused[0]!.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    expect(refused[0]!.body.message).toContain(`${wait} seconds`)
    expect((await (await apiUser(server, 'mia')).patch({ bio: 'Mine' })).status).toBe(200)
  })
})

describe('the version of a profile', () => {
  const etag = async () => (await ada.get('/api/me')).headers.get('etag')!

  it('guards an edit: the second save detects the first', async () => {
    const first = await etag()
    const saved = await ada.patch({ bio: 'Tab one' }, { 'if-match': first })
    expect([saved.status, saved.headers.get('etag')]).toEqual([200, await etag()])
    const late = await ada.patch({ country: 'DE' }, { 'if-match': first })
    expect([late.status, late.body.message]).toEqual([412, expect.stringContaining('changed after you loaded it')])
    expect(await row()).toMatchObject({ bio: 'Tab one', country: 'US' })
    expect((await ada.patch({ country: 'DE' }, { 'if-match': await etag() })).status).toBe(200)
  })

  it('lets one of two simultaneous edits win, and rejects the other', async () => {
    for (let round = 0; round < 10; round++) {
      const version = await etag()
      const answers = await Promise.all([
        ada.patch({ bio: `One ${round}` }, { 'if-match': version }),
        ada.patch({ bio: `Two ${round}` }, { 'if-match': version }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
    }
  })

  it('exists for a user without a row, and outlives an event that changes no field', async () => {
    await stored.profiles.deleteOne({ clerk_id: 'user_123' })
    const empty = await etag()
    const { sent } = await server.control('/send', { type: 'user.updated', id: 'user_123' })
    expect(sent).not.toBe(false)
    await expect.poll(row).toMatchObject({ clerk_updated_at: expect.any(Date) })
    // Ada's event carries seeds: a field that it sets makes another version, a field that it leaves does not.
    await stored.profiles.updateOne(
      { clerk_id: 'user_123' },
      { $unset: { bio: '', country: '', birthday: '', birth_month_day: '' } },
    )
    expect(await etag()).toBe(empty)
    expect((await ada.patch({ bio: 'Mine' }, { 'if-match': empty })).status).toBe(200)
    await stored.profiles.deleteOne({ clerk_id: 'user_123' })
    expect((await ada.patch({ bio: 'Mine' }, { 'if-match': empty })).status).toBe(200)
    expect(await row()).not.toHaveProperty('country')
  })

  it('accepts a weak tag, one of several, and a star', async () => {
    const version = await etag()
    for (const header of [`W/${version}`, `"other", ${version}`, '*']) {
      expect((await ada.patch({ bio: 'Coffee enthusiast.' }, { 'if-match': header })).status).toBe(200)
    }
    expect((await ada.patch({ bio: 'No' }, { 'if-match': '"other"' })).status).toBe(412)
  })
})

describe('your data', () => {
  it('is exported completely: identity, profile, deliveries and edits by admins, and nothing of others', async () => {
    const answer = await ada.get('/api/me/export')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="addendum-user_123.json"')
    expect(Object.keys(answer.body)).toEqual([
      'exported_at',
      'identity',
      'profile',
      'deliveries',
      'audit',
      'saved_views',
    ])
    expect(answer.body.identity).toMatchObject({ clerk_id: 'user_123', name: 'Ada Baker', email: 'ada@example.com' })
    const { _id, ...held } = (await row())!
    expect(answer.body.profile).toEqual(JSON.parse(JSON.stringify(held)))
    const deliveries = await stored.deliveries.find({ clerk_id: 'user_123' }).toArray()
    expect(answer.body.deliveries).toHaveLength(deliveries.length)
    expect(deliveries.length).toBeGreaterThan(0)
    expect(new Set(answer.body.deliveries.map(({ clerk_id }: { clerk_id: string }) => clerk_id))).toEqual(
      new Set(['user_123']),
    )
  })

  it('can be erased, and no later event seeds it again', async () => {
    await ada.patch({ visibility: 'public', birthday_visibility: 'public' })
    const empty = { birthday: null, country: null, bio: null, visibility: 'private', birthday_visibility: 'private' }
    expect(await ada.ask('DELETE', '/api/me/profile')).toMatchObject({ status: 200, body: empty })
    const version = (await row())!.clerk_updated_at
    await server.control('/send', { type: 'user.updated', id: 'user_123' })
    await expect
      .poll(async () => (await stored.deliveries.find({ clerk_id: 'user_123' }).toArray()).length)
      .toBeGreaterThan(1)
    await expect.poll(async () => (await server.control()).idle).toBe(true)
    expect((await ada.get('/api/me')).body.profile).toEqual(empty)
    expect((await row())!.clerk_updated_at!.getTime()).toBeGreaterThanOrEqual(version!.getTime())
    expect(await row()).toMatchObject({ birth_month_day: null, bio: null })
  })
})

describe('while the database is unavailable', () => {
  it.each(['killed', 'frozen'] as const)(
    '%s, reads and writes are answered 503 in time, and work again after',
    async (how) => {
      if (how === 'killed') await mongod.kill()
      else await mongod.freeze()
      try {
        const started = Date.now()
        const answers = await Promise.all([
          ada.get('/api/me'),
          ada.patch({ bio: 'Later' }),
          ada.get('/api/me/export'),
          ada.get('/api/profiles'),
        ])
        for (const { status, body } of answers)
          expect([status, body.message]).toEqual([503, expect.stringContaining('unavailable')])
        expect(Date.now() - started).toBeLessThan(20_000)
      }
      finally {
        if (how === 'killed') await mongod.restart()
        else mongod.thaw()
      }
      await expect.poll(async () => (await ada.patch({ bio: 'Later' })).status, { timeout: 20_000 }).toBe(200)
    },
  )
})

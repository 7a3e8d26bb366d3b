import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seededProfiles } from '../../fixtures/profiles.ts'
import { apiUser } from '../support/api.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from '../support/server.ts'

let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
let admin: Awaited<ReturnType<typeof apiUser>>

beforeAll(async () => {
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  await stored.profiles.insertMany([...seededProfiles(2_000)])
  admin = await apiUser(server, 'admin@example.com')
})
afterAll(async () => {
  await server.stop()
  await stored.close()
  await mongod.stop()
})

const search = async (query: string) => (await admin.get(`/api/admin/profiles?${query}`)).body
const total = async (query: string) => (await admin.get(`/api/admin/profiles/total?${query}`)).body
const idsOf = (body: { profiles: { clerk_id: string }[] }) => body.profiles.map(({ clerk_id }) => clerk_id)

describe('GET /api/admin/profiles', () => {
  it('returns a page with the cursors of both neighbors, and its total on its own', async () => {
    const living = await stored.profiles
      .find({ country: { $in: ['IN', 'US'] }, deleted_at: { $exists: false } })
      .sort({ birthday: 1 })
      .toArray()
    const first = await search('country=IN,US&sort=birthday')
    expect(first).toMatchObject({
      previous_cursor: null,
      next_cursor: expect.any(String),
      narrow_q: false,
    })
    expect(await total('country=IN,US')).toEqual({ count: living.length, capped: false })
    expect(first.profiles).toHaveLength(50)
    expect(Object.keys(first.profiles[0]).sort()).toEqual([
      'bio',
      'birthday',
      'birthday_visibility',
      'clerk_id',
      'country',
      'created_at',
      'updated_at',
      'visibility',
    ])
    const second = await search(`country=IN,US&sort=birthday&cursor=${first.next_cursor}`)
    expect(idsOf(second).filter(id => idsOf(first).includes(id))).toEqual([])
    expect(idsOf(await search(`country=IN,US&sort=birthday&cursor=${second.previous_cursor}`))).toEqual(idsOf(first))
  })

  it('accepts several values, separated by commas or repeated', async () => {
    expect(idsOf(await search('country=DE&country=NL'))).toEqual(idsOf(await search('country=DE,NL')))
  })

  it.each([
    ['nope=1', 'There is no such filter: nope', {}],
    [
      'country=XX',
      'country: Choose a country from the list, or give its two-letter code, such as CA',
      { country: expect.anything() },
    ],
    ['birthday=1990-02-30', 'birthday: Enter a date that exists, as YYYY-MM-DD', { birthday: expect.anything() }],
    [
      'birth_month_day=02-30',
      'birth_month_day: Give a day that exists, as MM-DD',
      { birth_month_day: expect.anything() },
    ],
    ['age_min=old', 'age_min: Give a whole number from 0 to 200', { age_min: expect.anything() }],
    ['upcoming=367', 'upcoming: Give a whole number from 1 to 366', { upcoming: expect.anything() }],
    ['missing=name', 'missing: Fields that can be missing: birthday, country, bio', { missing: expect.anything() }],
    ['sort=name', 'sort: Sort by one of: created_at, -created_at', { sort: expect.anything() }],
    ['limit=101', 'limit: Give a whole number from 1 to 100', { limit: expect.anything() }],
    ['q=', 'q: Enter a name or an email address', { q: expect.anything() }],
    ['country[$ne]=CA', 'There is no such filter: country[$ne]', {}],
  ])('answers 400 to %s, and says why', async (query, message, fields) => {
    const { status, body } = await admin.get(`/api/admin/profiles?${query}`)
    expect([status, body.data]).toEqual([400, { fields, issues: expect.any(Array) }])
    const paths = body.data.issues.map(({ path }: { path: string }) => path)
    expect(paths).toEqual(Object.keys(fields).length > 0 ? Object.keys(fields) : [''])
    expect(body.message).toContain(message)
  })

  it('answers 400 to a cursor that is forged or belongs to another order', async () => {
    const { next_cursor } = await search('sort=birthday')
    const [signature, payload] = next_cursor.split('.')
    const forged = Buffer.from(
      Buffer.from(payload, 'base64url')
        .toString()
        .replace('"segment":{"$numberInt":"0"}', '"segment":{"$numberInt":"1"}'),
    ).toString('base64url')
    expect(forged).not.toBe(payload)
    for (const query of [
      'cursor=abc',
      `sort=birthday&cursor=${signature}.${forged}`,
      `sort=-birthday&cursor=${next_cursor}`,
    ]) {
      const { status, body } = await admin.get(`/api/admin/profiles?${query}`)
      expect([status, body.data.fields.cursor]).toEqual([
        400,
        [expect.stringContaining('Take the cursor from next_cursor')],
      ])
    }
  })

  it('never returns a tombstone', async () => {
    const gone = (await stored.profiles.findOne({ deleted_at: { $exists: true } }))!
    expect(await search(`clerk_id=${gone.clerk_id}`)).toMatchObject({ profiles: [] })
    expect(await total(`clerk_id=${gone.clerk_id}`)).toMatchObject({ count: 0 })
  })
})

describe('GET /api/admin/profiles/facets', () => {
  it('counts by country and month, each without its own filter', async () => {
    const { body } = await admin.get('/api/admin/profiles/facets?country=DE&birth_month=5')
    const alive = { deleted_at: { $exists: false } }
    const find = (filter: object) => stored.profiles.countDocuments({ ...alive, ...filter })
    expect(body.countries.find(({ country }: { country: string }) => country === 'IN').count).toBe(
      await find({ country: 'IN', birth_month_day: /^05/ }),
    )
    expect(body.months.find(({ month }: { month: number }) => month === 7).count).toBe(
      await find({ country: 'DE', birth_month_day: /^07/ }),
    )
    expect(body.months.find(({ month }: { month: number | null }) => month === null).count).toBe(
      await find({ country: 'DE', birthday: null }),
    )
  })
})

describe('a search by name or email', () => {
  it('asks Clerk and joins the stored profiles', async () => {
    expect(idsOf(await search('q=Tremblay'))).toEqual(['user_456'])
    expect(idsOf(await search('q=LIAM@EXAMPLE'))).toEqual(['user_456'])
    expect(idsOf(await search('q=example.com&country=CA'))).toEqual(['user_456'])
    expect(await search('q=nobody-has-this')).toMatchObject({ profiles: [] })
  })

  it('finds users without a profile, with no dates', async () => {
    await stored.profiles.deleteOne({ clerk_id: 'user_789' })
    const { profiles } = await search('q=Schmidt')
    expect(profiles).toEqual([expect.objectContaining({ clerk_id: 'user_789', country: null, created_at: null })])
    expect(await total('q=Schmidt')).toEqual({ count: 1, capped: false })
    expect(idsOf(await search('q=Schmidt&missing=bio'))).toEqual([])
  })
})

describe('identities', () => {
  it('returns names, null for unknown users, for at most a hundred ids', async () => {
    const { body } = await admin.get('/api/admin/identities?clerk_id=user_123,user_nobody')
    expect(body).toEqual({
      identities: {
        user_123: {
          clerk_id: 'user_123',
          name: 'Ada Baker',
          email: 'ada@example.com',
          picture: expect.any(String),
          banned: false,
        },
        user_nobody: null,
      },
      complete: true,
    })
    const many = Array.from({ length: 101 }, (_, index) => `user_${index}`).join()
    expect((await admin.get(`/api/admin/identities?clerk_id=${many}`)).status).toBe(400)
  })

  it('reports missing names, and a search by name is 503, while Clerk is not responding', async () => {
    await server.control('/rate-limit', { per_second: 0.001 })
    try {
      // Clerk may still answer the first one.
      let answer = await admin.get('/api/admin/profiles?q=first')
      for (let index = 0; answer.status === 200 && index < 10; index++)
        answer = await admin.get(`/api/admin/profiles?q=again${index}`)
      expect([answer.status, answer.body.message]).toEqual([503, expect.stringContaining('Clerk is not responding')])
      expect((await admin.get('/api/admin/identities?clerk_id=user_456')).body).toMatchObject({
        complete: expect.any(Boolean),
      })
      expect((await admin.get('/api/admin/identities?clerk_id=user_unseen')).body).toEqual({
        identities: {},
        complete: false,
      })
      expect((await admin.get('/api/admin/profiles?country=DE')).status).toBe(200)
    }
    finally {
      await server.control('/rate-limit', { per_second: 0 })
    }
  })
})

describe('saved views', () => {
  const put = (name: string, query: unknown) =>
    admin.ask('PUT', `/api/admin/views/${encodeURIComponent(name)}`, { query })

  it('can be saved by name, replaced and deleted', async () => {
    expect((await put('Over 65, Ünlü/ok', 'age_min=65')).body).toEqual({
      name: 'Over 65, Ünlü/ok',
      query: 'age_min=65',
    })
    await put('Another', 'country=CA')
    await put('Another', 'country=DE')
    expect((await admin.get('/api/admin/views')).body.views).toEqual([
      { name: 'Another', query: 'country=DE' },
      { name: 'Over 65, Ünlü/ok', query: 'age_min=65' },
    ])
    expect((await admin.ask('DELETE', `/api/admin/views/${encodeURIComponent('Over 65, Ünlü/ok')}`)).status).toBe(204)
    expect((await admin.get('/api/admin/views')).body.views).toEqual([{ name: 'Another', query: 'country=DE' }])
  })

  it('belong to one admin', async () => {
    await stored.client
      .db('addendum')
      .collection('saved_views')
      .insertOne({ clerk_id: 'user_other', name: 'Theirs', query: 'country=FR', saved_at: new Date() })
    expect((await admin.get('/api/admin/views')).body.views.map(({ name }: { name: string }) => name)).not.toContain(
      'Theirs',
    )
    await admin.ask('DELETE', '/api/admin/views/Theirs')
    expect(await stored.client.db('addendum').collection('saved_views').countDocuments({ name: 'Theirs' })).toBe(1)
  })

  it('need a name of one to sixty characters and a text query, and are limited to fifty', async () => {
    expect((await put('x'.repeat(61), 'country=CA')).body.data).toEqual({
      fields: { name: ['A name has at most 60 characters'] },
      issues: [expect.objectContaining({ path: 'name', code: 'too_big_string', params: { most: 60 } })],
    })
    expect((await put(' ', 'country=CA')).status).toBe(400)
    expect((await put('View', 5)).status).toBe(422)
    await stored.client
      .db('addendum')
      .collection('saved_views')
      .insertMany(
        Array.from({ length: 49 }, (_, index) => ({
          clerk_id: 'user_admin',
          name: `View ${index}`,
          query: '',
          saved_at: new Date(),
        })),
      )
    const { status, body } = await put('One too many', 'country=CA')
    expect([status, body.message]).toEqual([409, expect.stringContaining('Delete one first')])
    expect((await put('View 7', 'country=CA')).status).toBe(200)
  })
})

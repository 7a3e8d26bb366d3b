import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { loadKeys } from '../../local-clerk/keys.ts'
import { checkClerk } from '../../server/sync/checks/clerk.ts'
import { silence, status, useClerk } from '../support/clerk.ts'
import type { Fault } from '../support/clerk.ts'

const clerk = useClerk()

const keyOf = (kind: string, host: string) => `pk_${kind}_${Buffer.from(`${host}$`).toString('base64')}`

/** Answers with a body of its own. */
const reply = (body: unknown, code = 200): Fault => (_request, response) =>
  response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body))

/** Answers what Clerk says, with another Date header, or with none. */
const dated = (date?: string): Fault => async (_request, response, answer) => {
  const { status: code, headers: { date: _, ...headers }, text } = await answer()
  response.sendDate = false
  response.writeHead(code, { ...headers, ...date && { date } }).end(text)
}

const spoil = (path: string, fault: Fault) => {
  clerk.spoil = url => url === path ? fault : undefined
}

/** The checks by name, as they come out with Local Clerk behind the proxy. */
async function check(env: Record<string, string> = {}) {
  const checks = await Promise.all(checkClerk({ ...clerk.local.env, NUXT_CLERK_API_URL: clerk.url, ...env }))
  return Object.fromEntries(checks.map(({ what, ...finding }) => [what, finding]))
}

describe('the checks against Clerk\'s Backend API', () => {
  it('are in order with Local Clerk\'s own keys', async () => {
    expect(await check()).toEqual({
      'Backend API': { verdict: 'ok', found: 'Clerk accepts the secret key, of ins_local (production)', mend: null },
      'Instance of keys': { verdict: 'ok', found: 'Both keys belong to clerk.localhost', mend: null },
      'Instance of session key': {
        verdict: 'ok',
        found: 'NUXT_CLERK_JWT_KEY verifies this instance\'s sessions',
        mend: null,
      },
      'Clock': { verdict: 'ok', found: 'This machine\'s clock agrees with Clerk\'s', mend: null },
    })
  })

  it('name a secret key that Clerk does not accept', async () => {
    const checks = await check({ NUXT_CLERK_SECRET_KEY: 'sk_live_another' })
    expect(checks['Backend API']).toMatchObject({ verdict: 'failed', found: expect.stringContaining('(401)') })
    expect(checks['Instance of keys']!.verdict).toBe('skipped')
    // Every answer has a Date.
    expect(checks.Clock!.verdict).toBe('ok')
    expect(JSON.stringify(checks)).not.toContain('another')
  })

  it('ask nothing without a well-formed secret key', async () => {
    const checks = await check({ NUXT_CLERK_SECRET_KEY: `${clerk.local.env.NUXT_CLERK_SECRET_KEY}\nmore` })
    expect(clerk.asked).toEqual([])
    const { 'Backend API': found } = await check({ NUXT_CLERK_API_URL: 'api.clerk.com' })
    expect(found).toMatchObject({ verdict: 'skipped', found: 'NUXT_CLERK_API_URL is not an address' })
    for (const { verdict } of Object.values(checks)) expect(verdict).toBe('skipped')
  })
})

describe('the instance of the keys', () => {
  it('is not the same when the publishable key names another host', async () => {
    const { 'Instance of keys': found } = await check({
      NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: keyOf('live', 'clerk.other.example'),
    })
    expect(found).toEqual({
      verdict: 'failed',
      found: 'The publishable key belongs to clerk.other.example, but the secret key to clerk.localhost',
      mend: 'Copy both keys from the same instance of Clerk\'s dashboard',
    })
  })

  it.each([
    ['pk_test_', 'production', keyOf('test', 'clerk.localhost')],
    ['pk_live_', 'development', keyOf('live', 'clerk.localhost')],
  ])('is not the same when a %s key stands beside a %s instance', async (prefix, environment_type, key) => {
    spoil('/v1/instance', reply({ object: 'instance', id: 'ins_2abc', environment_type }))
    const { 'Instance of keys': found } = await check({ NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: key })
    expect(found).toMatchObject({
      verdict: 'failed',
      found: `The publishable key is ${prefix}, but the secret key belongs to a ${environment_type} instance`,
    })
  })

  it('is found among several domains, and behind a proxy', async () => {
    const data = [
      { name: 'satellite.example', is_satellite: true, frontend_api_url: 'https://clerk.satellite.example' },
      { name: 'app.example', is_satellite: false, frontend_api_url: 'https://app.example/__clerk' },
    ]
    spoil('/v1/domains', reply({ data, total_count: 2 }))
    for (const host of ['clerk.satellite.example', 'clerk.app.example']) {
      const { 'Instance of keys': found } = await check({ NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: keyOf('live', host) })
      expect(found).toMatchObject({ verdict: 'ok', found: `Both keys belong to ${host}` })
    }
  })

  it.each<[string, Fault]>([
    ['404', reply({ errors: [] }, 404)],
    ['403', status(403)],
    ['a page', reply('<html></html>')],
    ['no domain', reply({ data: [], total_count: 0 })],
    ['null', reply('null')],
  ])('is not judged when Clerk answers %s for its domains', async (_name, fault) => {
    spoil('/v1/domains', fault)
    expect((await check())['Instance of keys']).toMatchObject({ verdict: 'skipped', mend: null })
  })

  it('is judged for the session key, too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'addendum-keys-'))
    const { jwtKey } = loadKeys(folder)
    await rm(folder, { recursive: true })
    expect((await check({ NUXT_CLERK_JWT_KEY: jwtKey }))['Instance of session key']).toMatchObject({
      verdict: 'failed',
      found: expect.stringContaining('nobody can sign in'),
    })
    spoil('/v1/jwks', status(404))
    expect((await check())['Instance of session key']!.verdict).toBe('skipped')
    expect(await check({ NUXT_CLERK_JWT_KEY: '' })).not.toHaveProperty('Instance of session key')
  })
})

describe('the clock', () => {
  const dateIn = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString()

  it.each([
    [0, 'ok', /agrees with/],
    [-20, 'ok', /(19|20|21) s ahead of Clerk's$/],
    [-42, 'warning', /4[123] s ahead of Clerk's$/],
    [42, 'warning', /4[123] s behind Clerk's$/],
    [-600, 'failed', /(599|600|601) s ahead of Clerk's: every webhook is refused/],
    [600, 'failed', /(599|600|601) s behind Clerk's: every webhook is refused/],
  ])('of Clerk %i seconds off is judged %s', async (seconds, verdict, found) => {
    spoil('/v1/instance', dated(dateIn(seconds)))
    expect((await check()).Clock).toMatchObject({ verdict, found: expect.stringMatching(found) })
  })

  it('is not judged without a Date header', async () => {
    spoil('/v1/instance', dated())
    expect((await check()).Clock).toMatchObject({ verdict: 'skipped', found: expect.stringContaining('Date') })
  })
})

describe('a Backend API that does not answer as usual', () => {
  it.each([
    [429, 'warning', /answers 429 at the moment/],
    [500, 'warning', /answers 500 at the moment/],
    [404, 'skipped', /answers 404/],
    [302, 'skipped', /answers 302/],
    [200, 'failed', /not as by Clerk/],
  ])('with the status %i is judged %s', async (code, verdict, found) => {
    spoil('/v1/instance', reply('<html>Welcome</html>', code))
    expect((await check())['Backend API']).toMatchObject({ verdict, found: expect.stringMatching(found) })
  })

  it('is named when nothing listens at its address', async () => {
    const checks = await check({ NUXT_CLERK_API_URL: `http://127.0.0.1:${await freePort()}` })
    expect(checks['Backend API']).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
      mend: expect.stringContaining('NUXT_CLERK_API_URL'),
    })
    for (const what of ['Instance of keys', 'Instance of session key', 'Clock']) {
      expect(checks[what]!.verdict).toBe('skipped')
    }
  })

  it('is given up after its time limit', { tags: ['slow'] }, async () => {
    clerk.spoil = () => silence
    const started = Date.now()
    const checks = await check()
    expect(Date.now() - started).toBeLessThan(8_000)
    expect(checks['Backend API']).toMatchObject({
      verdict: 'failed',
      found: expect.stringMatching(/cannot be reached: no answer in time/),
    })
    expect(checks.Clock!.verdict).toBe('skipped')
  })
})

import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { loadKeys, publishableKey } from '../../local-clerk/keys.ts'
import type { Keys } from '../../local-clerk/keys.ts'
import { call } from '../support/api.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { copyProject, noTimeLimit } from '../support/project-copy.ts'
import { runtime, startServer } from '../support/server.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'

/** Where each preset puts the function that the platform calls. */
const functions = {
  'vercel': '.vercel/output/functions/__fallback.func/index.mjs',
  'netlify': '.netlify/functions-internal/server/server.mjs',
  'aws-lambda': '.output/server/index.mjs',
}
/** Each preset; AWS Lambda by the version of its gateway's events, and the form that it gives the body. */
const platforms = [
  'node-server',
  'vercel',
  'netlify',
  'aws-lambda v1 text',
  'aws-lambda v1 base64',
  'aws-lambda v2 text',
  'aws-lambda v2 base64',
]
const isNode = runtime === 'node'

const limit = 1024 * 1024
/** Profiles to export: more than one batch. */
const exported = 3_000
let folder: string
let keys: Keys
let project: Awaited<ReturnType<typeof copyProject>> | undefined
let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'addendum-presets-'))
  keys = loadKeys(folder)
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
  await stored.profiles.insertMany(
    Array.from({ length: exported }, (_, index) => ({
      clerk_id: `user_is${index}`,
      country: 'IS',
      bio: '🎉'.repeat(100),
      visibility: 'private' as const,
      created_at: new Date(index),
    })),
  )
  if (isNode) project = await copyProject()
})
afterAll(async () => {
  await project?.remove()
  await stored.close()
  await mongod.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Builds the function of a preset, unless it is built. */
async function build(platform: string): Promise<void> {
  const preset = presetOf(platform)
  const target = join(folder, preset)
  if (!isNode || platform === 'node-server' || existsSync(target)) return
  await project!.build({ NITRO_PRESET: preset })
  // Without the project around it, as the platform gets it.
  await cp(join(project!.folder, dirname(functions[preset])), target, { recursive: true })
}

const presetOf = (platform: string) => platform.split(' ')[0] as keyof typeof functions

function start(platform: string, extra: Record<string, string> = {}) {
  const env = {
    MONGODB_URI: mongod.uri,
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
    NUXT_CLERK_SECRET_KEY: keys.secretKey,
    NUXT_CLERK_JWT_KEY: keys.jwtKey,
    NODE_OPTIONS: `--import=data:text/javascript,process.on('SIGUSR2',()=>Promise.reject(Error('stray')))`,
    ...extra,
  }
  if (platform === 'node-server') return startServer(env, { entry: inject('serverEntry') })
  const preset = presetOf(platform)
  const entry = resolve('tests/support/platform.ts')
  const FUNCTION = join(folder, preset, basename(functions[preset]))
  return startServer({ ...env, PLATFORM: platform, FUNCTION }, { entry })
}

describe.each(isNode ? platforms : ['node-server'])('the build for %s', { timeout: 20_000 }, (platform) => {
  let server: Awaited<ReturnType<typeof startServer>>
  const id = (name: string) => `user_${name}_${platform.replaceAll(/\W/g, '_')}`
  const profile = (name: string) => stored.profiles.findOne({ clerk_id: id(name) })

  beforeAll(async () => {
    await build(platform)
    server = await start(platform)
  }, noTimeLimit)
  afterAll(() => server.stop())

  /** A request of a signed-in user. */
  function ask(name: string, method: string, path: string, body?: unknown, role?: string) {
    const now = Math.floor(Date.now() / 1_000)
    const times = { iat: now, nbf: now, exp: now + 60 }
    const session = { azp: server.url, iss: 'https://clerk.localhost', sid: 'sess_1', sub: id(name), v: 2 }
    const token = keys.sign({ ...times, ...session, metadata: { role } })
    return call(server.url, method, path, body, { authorization: `Bearer ${token}` })
  }
  const asAdmin = (method: string, path: string, body?: Buffer) => ask('admin', method, path, body, 'admin')

  it('accepts a webhook with four-byte characters, and with a byte order mark', async () => {
    for (const [name, mark] of [
      ['emoji', ''],
      ['mark', '\uFEFF'],
    ] as const) {
      const event = userEvent('user.created', id(name), Date.now(), { bio: 'Ünïcode 🎉 𝒜' })
      const answer = await deliver(server.webhooks, message(mark + JSON.stringify(event)))
      expect(answer).toMatchObject({ status: 200, body: { outcome: 'applied' } })
      expect(await profile(name)).toMatchObject({ bio: 'Ünïcode 🎉 𝒜' })
    }
  })

  it('rejects a webhook with a wrong signature, and one without a body', async () => {
    const sent = message(userEvent('user.created', id('forged'), Date.now()))
    const changed = { ...sent, body: sent.body.replace('forged', 'mended') }
    expect((await deliver(server.webhooks, changed, sign(sent))).status).toBe(400)
    expect((await deliver(server.webhooks, message(''))).status).toBe(400)
    expect(await profile('forged')).toBeNull()
  })

  it('accepts a webhook of 1 MiB in bytes, and nothing larger', async () => {
    const body = (fill: string) => JSON.stringify({ ...userEvent('user.created', id('large'), Date.now()), fill })
    const longest = body('x'.repeat(limit - Buffer.byteLength(body(''))))
    expect((await deliver(server.webhooks, message(longest))).status).toBe(200)
    expect(await profile('large')).not.toBeNull()
    // With half as many characters as bytes.
    const tooLong = await deliver(server.webhooks, message(body('🎉'.repeat(limit / 4))))
    expect(tooLong).toMatchObject({ status: 413, body: { message: 'The body is over 1024 KiB' } })
  })

  it('saves a profile', async () => {
    const { status, body, headers } = await ask('saver', 'PATCH', '/api/me', { bio: 'Saved 🎉', country: 'CA' })
    expect([status, body.bio, headers.get('etag')]).toEqual([200, 'Saved 🎉', expect.any(String)])
    expect(await profile('saver')).toMatchObject({ bio: 'Saved 🎉', country: 'CA' })
    expect((await ask('saver', 'PATCH', '/api/me', '{')).status).toBe(400)
    expect((await ask('saver', 'PATCH', '/api/me', { bio: 'x'.repeat(65 * 1024) })).status).toBe(413)
    expect((await call(server.url, 'PATCH', '/api/me', { bio: 'Nobody' })).status).toBe(401)
  })

  // A gateway that gives text has decoded it, as UTF-8.
  const encodings = [
    { encoding: 'utf-8', bytes: Buffer.from('🎉'), bio: '🎉' },
    { encoding: 'windows-1252', bytes: Buffer.from([0x80, 0xfc]), bio: '€ü' },
  ].slice(0, platform.endsWith('text') ? 1 : 2)
  it.each(encodings)('imports a file in $encoding', async ({ encoding, bytes, bio }) => {
    await ask('imported', 'PATCH', '/api/me', { country: 'CA' })
    const file = Buffer.concat([Buffer.from(`clerk_id,bio\n${id('imported')},`), bytes])
    const path = `/api/admin/import?last=true&dry_run=false&encoding=${encoding}`
    const { status, body } = await asAdmin('POST', path, file)
    expect({ status, body }).toMatchObject({ status: 200, body: { changed: 1, invalid: [] } })
    expect(await profile('imported')).toMatchObject({ bio, country: 'CA' })
  })

  it('renders pages, and redirects to the sign-in page', async () => {
    const home = await call(server.url, 'GET', '/')
    expect([home.status, home.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
    expect(home.headers.get('content-security-policy')).toContain(/nonce="([^"]+)"/.exec(home.body)![1])
    await ask('page', 'PATCH', '/api/me', { bio: 'On a page 🎉' })
    const page = await ask('page', 'GET', '/profile')
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('On a page 🎉')])
    const signedOut = await fetch(`${server.url}/profile`, { redirect: 'manual' })
    expect([signedOut.status, signedOut.headers.get('location')]).toEqual([302, '/sign-in?redirect_url=/profile'])
  })

  it('exports more than one batch of profiles', async () => {
    const { status, body, headers } = await asAdmin('GET', '/api/admin/profiles/export?country=IS&sort=created_at')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    const lines = body.split('\r\n')
    expect(lines.length).toBe(exported + 2)
    expect(lines[1]).toMatch(/^user_is0,.*🎉/)
    expect(lines.at(-2)).toContain(`user_is${exported - 1},`)
  })

  it('never passes off a cut file as a whole one, and logs it', async () => {
    const admin = stored.client.db('admin')
    const data = { failCommands: ['getMore'], errorCode: 50 }
    await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data })
    const broken = await asAdmin('GET', '/api/admin/profiles/export?country=IS').then(
      ({ status }) => status,
      () => 'broken off',
    )
    await admin.command({ configureFailPoint: 'failCommand', mode: 'off' })
    expect(broken).toBe(platform.startsWith('aws') ? 502 : 'broken off')
    const logged = () => server.logs.filter(line => line.includes('broke off')).map(line => JSON.parse(line))
    await expect.poll(logged).toMatchObject([{ level: 'error', path: '/api/admin/profiles/export' }])
  })

  it('answers every method', async () => {
    const answers = await Promise.all(
      ['OPTIONS', 'HEAD', 'PUT'].map(async (method) => {
        const response = await fetch(`${server.url}/api/health`, { method })
        return [response.status, response.headers.get('allow')]
      }),
    )
    expect(answers).toEqual([
      [204, expect.any(String)],
      [200, null],
      [405, expect.any(String)],
    ])
  })

  it('logs an unexpected error as one line', async () => {
    const misconfigured = await start(platform, { NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_live_wrong' })
    const sent = message(userEvent('user.created', id('unexpected'), Date.now()))
    for (const [method, path] of [
      ['PATCH', '/api/me'],
      ['GET', '/people'],
    ] as const) {
      const body = method === 'PATCH' ? {} : undefined
      const answer = await call(misconfigured.url, method, `${path}?secret=1`, body, { 'svix-id': sent.id })
      expect([answer.status, answer.body]).toEqual([500, expect.objectContaining({ message: 'Server Error' })])
      const lines = misconfigured.logs.filter(line => line.includes(path))
      expect(lines.map(line => JSON.parse(line))).toMatchObject([
        { level: 'error', line: 'A request failed', method, path, status: 500, message_id: sent.id },
      ])
    }
    await misconfigured.stop()
    expect(misconfigured.logs.filter(line => !line.startsWith('{') && !line.startsWith('Listening'))).toEqual([])
  })

  it.skipIf(!isNode)('logs an error outside of any request, and continues to answer', async () => {
    process.kill(server.pid, 'SIGUSR2')
    const logged = () => server.logs.filter(line => /^\{.*stray/.test(line)).map(line => JSON.parse(line))
    await expect
      .poll(logged)
      .toMatchObject([{ level: 'error', line: 'An error outside of any request', error: 'stray' }])
    expect((await call(server.url, 'GET', '/api/health')).status).toBe(200)
  })
})

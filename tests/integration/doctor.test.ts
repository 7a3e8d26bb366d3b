/** @module-tag slow */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { secret } from '../../fixtures/webhooks.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { developmentEnvironment } from '../../scripts/development-environment.ts'
import { check as checkShape } from '../../shared/sync.ts'
import type { Check } from '../../shared/sync.ts'
import { startAppRoute } from '../support/app-route.ts'
import { useClerk } from '../support/clerk.ts'
import { useDatabase } from '../support/database.ts'

const run = promisify(execFile)
const mongo = useDatabase()
const clerk = useClerk()
let app: Awaited<ReturnType<typeof startAppRoute>>
beforeAll(async () => {
  app = await startAppRoute([secret])
})
afterAll(() => app.stop())

interface Result {
  code: number
  stdout: string
  stderr: string
}

/** Runs the command with nothing of this process's environment but PATH, and with every variable that it reads. */
async function doctor(args: string[], env: Record<string, string> = {}, node: string[] = []): Promise<Result> {
  const { PATH } = process.env
  const all = {
    PATH,
    MONGODB_URI: mongo.mongod.uri,
    ...clerk.local.env,
    NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secret,
    APP_ORIGINS: '',
    ALLOWED_HOSTS: '',
    ...env,
  }
  const command = [...node, '--import', './scripts/node-first.mjs', 'scripts/doctor.ts', ...args]
  const result = await run('node', command, { env: all }).catch((error: Result) => error)
  return { code: 0, ...result }
}

async function asJSON(args: string[] = [], env: Record<string, string> = {}) {
  const { code, stdout } = await doctor(['--app', app.url.href, '--json', ...args], env)
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean, checks: Check[] }
  expect(code).toBe(ok ? 0 : 1)
  return { ok, checks, byName: Object.fromEntries(checks.map(each => [each.what, each])), stdout }
}

const secrets = () => [
  secret,
  clerk.local.env.NUXT_CLERK_SECRET_KEY,
  'secret-word',
  'metrics-token-of-length',
]

describe('npm run doctor', () => {
  it('checks everything, and exits with 0 when nothing failed', async () => {
    const { ok, checks } = await asJSON()
    expect(checks.filter(({ verdict }) => verdict === 'failed')).toEqual([])
    expect(ok).toBe(true)
    for (const each of checks) expect(checkShape.parse(each)).toEqual(each)
    expect(checks.map(({ what, verdict }) => [what, verdict])).toEqual([
      ['Node.js', 'ok'],
      ['Variables', 'ok'],
      ['Copied values', 'ok'],
      ['Publishable key', 'ok'],
      ['Secret key', 'ok'],
      ['Kind of keys', 'ok'],
      ['Session key', 'ok'],
      ['Signing secret', 'ok'],
      ['Allowed hosts', 'ok'],
      ['Origins', 'ok'],
      ['Backend API', 'ok'],
      ['Instance of keys', 'ok'],
      ['Instance of session key', 'ok'],
      ['Clock', 'ok'],
      ['MongoDB', 'ok'],
      ['MongoDB topology', 'warning'],
      ['Write concern', 'ok'],
      ['Expiry', 'ok'],
      ['Indexes', 'ok'],
      ['Instance of database', 'ok'],
      ['Last webhook', 'warning'],
      ['Round trip', 'ok'],
    ])
    for (const { verdict, mend } of checks) expect(mend === null).toBe(verdict === 'ok' || verdict === 'skipped')
  })

  it('exits with 1 when a check failed, says what to do, and prints no secret', async () => {
    const env = {
      MONGODB_URI: `mongodb://robin:secret-word@127.0.0.1:${await freePort()}/addendum`,
      NUXT_CLERK_SECRET_KEY: `${clerk.local.env.NUXT_CLERK_SECRET_KEY}\n`,
      NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: clerk.local.env.NUXT_CLERK_SECRET_KEY,
      METRICS_TOKEN: 'metrics-token-of-length\n',
      APP_ORIGINS: 'https://robin:secret-word@app.example',
    }
    const { ok, byName, stdout } = await asJSON([], env)
    expect(ok).toBe(false)
    expect(byName).toMatchObject({
      'Publishable key': { verdict: 'failed', found: expect.stringContaining('contains a secret key') },
      'Copied values': { found: expect.stringContaining('NUXT_CLERK_SECRET_KEY ends with a line break') },
      'Origins': { verdict: 'failed', found: expect.stringContaining('APP_ORIGINS') },
      // The key itself is accepted: one fault is named once.
      'Backend API': { verdict: 'ok' },
      'MongoDB': { verdict: 'failed', mend: expect.any(String) },
    })
    const { stdout: text } = await doctor(['--app', app.url.href], env)
    for (const each of secrets()) expect(stdout + text).not.toContain(each)
  })

  it('prints a line for each check, with what to do below it, and colours only on a terminal', async () => {
    const { code, stdout, stderr } = await doctor(['--app', app.url.href])
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^✔ Node\.js {18}v\d+/)
    const topology = lines.findIndex(line => line.startsWith('! MongoDB topology '))
    expect(lines[topology + 1]).toMatch(/^ {27}→ Enough for development/)
    expect(lines.at(-2)).toBe('20 ok, 2 warnings, 0 failed, 0 skipped')
    expect(stdout).not.toContain('\x1B')
    expect((await doctor(['--app', app.url.href], { FORCE_COLOR: '1' })).stdout).toMatch(/^\S+✔/)
  })

  it('checks the address in --url', async () => {
    const { ok, byName } = await asJSON(['--url', `${app.url.origin}/`])
    expect(ok).toBe(true)
    expect(byName.Endpoint).toMatchObject({ verdict: 'ok' })
    expect(byName['Address of the endpoint']).toMatchObject({ verdict: 'warning' })
  })

  it('looks for the app below the base path, at PORT', async () => {
    const { stdout } = await doctor(['--json'], { PORT: app.url.port, NUXT_APP_BASE_URL: '/app/' })
    const trip = (JSON.parse(stdout).checks as Check[]).find(({ what }) => what === 'Round trip')
    expect([trip!.verdict, app.paths.at(-1)]).toEqual(['ok', '/app/api/webhooks'])
  })

  it('ends when the database is frozen', async () => {
    const frozen = await startMongod()
    await frozen.freeze()
    try {
      const started = Date.now()
      const { byName, ok } = await asJSON([], { MONGODB_URI: frozen.uri })
      expect(Date.now() - started).toBeLessThan(15_000)
      expect(ok).toBe(false)
      expect(byName.MongoDB).toMatchObject({ verdict: 'failed' })
      expect(byName.Indexes).toMatchObject({ verdict: 'skipped' })
    }
    finally {
      frozen.thaw()
      await frozen.stop()
    }
  })

  it.each([
    [['--urls', 'https://a.example'], /There is no option --urls/],
    [['--url', 'a.example'], /Give --url as an address such as https:\/\/app\.example\.com/],
    [['--app', 'localhost:3000'], /Give --app as an address/],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await doctor(args)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(message)
  })

  it('says that Node is too old, even if that Node cannot run TypeScript', async () => {
    // The Node of this test stands in for it: it reports another version, and does not run TypeScript.
    const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })'
    const old = ['--no-strip-types', '--import', `data:text/javascript,${encodeURIComponent(pretend)}`]
    expect(await doctor([], {}, old)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^This is Node 20\.20\.2, and Addendum needs .*\. Install a newer Node\.$/m),
    })
    const { stdout } = await doctor(['--json'], {}, old)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, checks: [{ what: 'Node.js', verdict: 'failed' }] })
  })
})

describe('what a command uses of a running npm run dev', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'addendum-data-'))
  })
  afterEach(() => rm(dataDir, { recursive: true }))

  it('is nothing when it is not running', async () => {
    await writeFile(join(dataDir, 'webhook-secret'), secret)
    expect(await developmentEnvironment(dataDir, {})).toEqual({})
  })

  it('is its MongoDB, Local Clerk and the signing secrets of both, as far as they are not set', async () => {
    await writeFile(join(dataDir, 'mongodb.uri'), 'mongodb://127.0.0.1:1/addendum')
    await writeFile(join(dataDir, 'webhook-secret'), `${secret}\n`)
    await mkdir(join(dataDir, 'local-clerk'))
    const local = await startLocalClerk({ dataDir: join(dataDir, 'local-clerk') })
    const { NUXT_CLERK_WEBHOOK_SIGNING_SECRET: theirs, NUXT_PUBLIC_CLERK_PROXY_URL: _, ...keys } = local.env
    try {
      expect(await developmentEnvironment(dataDir, {})).toEqual({
        ...keys,
        MONGODB_URI: 'mongodb://127.0.0.1:1/addendum',
        NUXT_CLERK_WEBHOOK_SIGNING_SECRET: `${secret} ${theirs}`,
      })
      const env = { MONGODB_URI: 'mongodb://db', CLERK_SECRET_KEY: 'sk_live_a' }
      expect(await developmentEnvironment(dataDir, env)).toEqual({})
      expect(await developmentEnvironment(dataDir, { CLERK_SECRET_KEY: 'sk_live_a' })).toEqual({
        MONGODB_URI: 'mongodb://127.0.0.1:1/addendum',
        NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secret,
      })
      expect(await developmentEnvironment(dataDir, { CLERK_WEBHOOK_SIGNING_SECRET: 'whsec_own' })).toMatchObject({
        NUXT_CLERK_WEBHOOK_SIGNING_SECRET: `whsec_own ${theirs}`,
      })
    }
    finally {
      await local.stop()
    }
  })
})

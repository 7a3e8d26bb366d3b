import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { launchChromium } from '../support/chromium.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { fillSignIn } from '../support/people.ts'
import { copyProject } from '../support/project-copy.ts'

const run = promisify(execFile)
// A newcomer's environment: no mongod on PATH needs no variable, no Clerk key, no .env.
const { PATH, HOME, MONGOMS_SYSTEM_BINARY } = process.env
const env = { PATH, HOME, MONGOMS_SYSTEM_BINARY, NUXT_TELEMETRY_DISABLED: '1' }

let project: Awaited<ReturnType<typeof copyProject>>
let port: number
let development: ChildProcess | undefined
/** Its output. */
let output: string

// A checkout of its own, so that a developer's running server and its data are left alone.
beforeAll(async () => {
  project = await copyProject()
})
afterAll(() => project.remove())
afterEach(() => stop('SIGKILL'))

/** `npm run dev`, until it answers. In a group of its own, as in a terminal. */
async function start(extra: Record<string, string> = {}): Promise<void> {
  port = await freePort()
  development = spawn('npm', ['run', 'dev', '--', '--port', String(port)], {
    cwd: project.folder,
    env: { ...env, ...extra },
    detached: true,
  })
  output = ''
  for (const stream of [development.stdout!, development.stderr!]) stream.on('data', data => (output += data))
  await expect
    .poll(
      async () => {
        const response = await fetch(`http://localhost:${port}/api/ready`).catch(() => undefined)
        return response?.status ?? output
      },
      { timeout: 60_000, interval: 250 },
    )
    .toBe(200)
}

/** Sends a signal to the whole group, as Ctrl-C does, and waits for the end. */
async function stop(signal: NodeJS.Signals): Promise<void> {
  const child = development
  development = undefined
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  process.kill(-child.pid!, signal)
  await exit
}

/** Whether the mongod of this checkout's data runs: its lock file contains its process id. */
async function mongodRuns(): Promise<boolean> {
  const pid = Number(await readFile(join(project.folder, '.data', 'mongodb', 'mongod.lock'), 'utf8').catch(() => ''))
  try {
    return pid > 0 && process.kill(pid, 0)
  }
  catch {
    return false
  }
}

async function command(name: string, ...args: string[]): Promise<string> {
  const child = run('npm', ['run', '--silent', name, '--', ...args], { cwd: project.folder, env })
  const { stdout, stderr } = await child.catch(error => error)
  return stdout + stderr
}
const trigger = (...args: string[]) => command('trigger', '--url', `http://localhost:${port}/api/webhooks`, ...args)

describe('npm run dev, with no .env, no key and no MongoDB', () => {
  it('accepts events from npm run trigger, keeps them over a restart and leaves no mongod behind', async () => {
    await start()
    const created = await trigger(
      'user.created',
      '--id',
      'user_dev',
      '--set',
      'unsafe_metadata.country=CA',
      '--set=unsafe_metadata.bio=Hello there',
    )
    expect(created).toMatch(/user\.created msg_\w+: 200 applied/)
    expect(created).toMatch(/clerk_id: 'user_dev'[\s\S]*country: 'CA'[\s\S]*bio: 'Hello there'/)
    expect(created).toMatch(/outcome: 'applied'/)

    expect(await trigger('user.updated', '--id', 'user_dev', '--stale')).toContain('200 stale')
    expect(await trigger('user.created', '--id', 'user_dev', '--bad-signature')).toMatch(/400 .*signature/)
    expect(await trigger('email.created', '--repeat', '3')).toMatch(/(200 ignored[\s\S]*){3}attempts: 3/)
    expect(await trigger('user.renamed')).toMatch(/no event type user\.renamed.*user\.created/)
    expect(await trigger()).toContain('Name an event type')
    expect(await trigger('--file', 'missing.json')).toContain('missing.json')
    expect(await trigger('--help')).toMatch(/--bad-signature/)
    expect((await stat(join(project.folder, '.data', 'webhook-secret'))).mode & 0o777).toBe(0o600)

    // Local Clerk runs beside it, and its seeded users have arrived.
    const control = async () => (await fetch(`http://localhost:${port}/__clerk/control`)).json()
    await expect.poll(control, { timeout: 20_000 }).toMatchObject({ users: 4, idle: true })
    expect((await control()).messages.map(({ state }: { state: string }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'delivered'),
    )

    const described = await (await fetch(`http://localhost:${port}/api/openapi.json`)).json()
    expect(described).toEqual(JSON.parse(await readFile(join('docs', 'openapi.json'), 'utf8')))

    expect(await mongodRuns()).toBe(true)
    await stop('SIGINT')
    await expect.poll(mongodRuns, { timeout: 15_000 }).toBe(false)

    await start()
    expect(await trigger('user.updated', '--id', 'user_dev', '--stale')).toMatch(/country: 'CA'/)
    // A crash: only mongodb-memory-server's watchdog can stop mongod.
    await stop('SIGKILL')
    await expect.poll(mongodRuns, { timeout: 15_000 }).toBe(false)
  })

  it('is in order for npm run doctor, which finds its MongoDB and Local Clerk', async () => {
    await start()
    const control = async () => (await fetch(`http://localhost:${port}/__clerk/control`)).json()
    await expect.poll(control, { timeout: 20_000 }).toMatchObject({ users: 4, idle: true })
    const { ok, checks } = JSON.parse(await command('doctor', '--app', `http://localhost:${port}`, '--json'))
    const others = checks.filter(({ verdict }: { verdict: string }) => verdict !== 'ok')
    expect([ok, others]).toMatchObject([true, [{ what: 'MongoDB topology', verdict: 'warning' }]])
    expect(checks).toContainEqual(expect.objectContaining({ what: 'Round trip', verdict: 'ok' }))
    expect(await command('doctor', '--app', `http://localhost:${port}`)).toMatch(
      /^Not set, and taken from npm run dev: MONGODB_URI, /,
    )

    await stop('SIGINT')
    await expect.poll(mongodRuns, { timeout: 15_000 }).toBe(false)
    const stopped = JSON.parse(await command('doctor', '--json'))
    expect([stopped.ok, stopped.checks]).toMatchObject([
      false,
      expect.arrayContaining([expect.objectContaining({ what: 'MongoDB', verdict: 'failed' })]),
    ])
  })

  it('starts no embedded MongoDB when MONGODB_URI is set', async () => {
    const mongod = await startMongod()
    try {
      await start({ MONGODB_URI: mongod.uri })
      expect(await mongodRuns()).toBe(false)
    }
    finally {
      await stop('SIGINT')
      await mongod.stop()
    }
  })

  it('answers a tunnel\'s host only if ALLOWED_HOSTS names it', async () => {
    await start({ ALLOWED_HOSTS: 'example.ngrok-free.app' })
    const ask = (path: string, host: string) =>
      new Promise((resolve, reject) => {
        get({ host: 'localhost', port, path, headers: { host } }, response => resolve(response.resume().statusCode)).on(
          'error',
          reject,
        )
      })
    expect([await ask('/', 'example.ngrok-free.app'), await ask('/api/webhooks', 'example.ngrok-free.app')]).toEqual([
      200, 405,
    ])
    expect([await ask('/', 'evil.example'), await ask('/api/webhooks', 'evil.example')]).toEqual([403, 403])
  })

  it('prints no warning, at start and on a visit', async () => {
    await start()
    const browser = await launchChromium()
    const page = await browser.newPage()
    const warnings: string[] = []
    page.on('console', message => message.type() === 'warning' && warnings.push(message.text()))
    const url = `http://localhost:${port}`
    for (const path of ['/', '/nothing', '/people']) await page.goto(url + path)
    await fillSignIn(page, 'ada')
    await page.goto(`${url}/people/user_nobody`)
    await browser.close()
    expect(output).toContain('Vite client built')
    expect(output).not.toMatch(/warn|error|\bat .*\(/i)
    // From the frame in which Nuxt shows a page's error.
    expect(warnings.filter(text => !text.startsWith('An iframe'))).toEqual([])
  })
})

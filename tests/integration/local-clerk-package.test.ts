import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseEnv, promisify } from 'node:util'
import { createClerkClient } from '@clerk/backend'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { findChromium } from '../support/chromium.ts'

const minutes = 60_000

/** An empty folder, into which npm installs the packed package. */
let folder: string
let tarball: string
const run = (command: string, ...args: string[]) => promisify(execFile)(command, args, {
  cwd: folder, timeout: 5 * minutes, maxBuffer: 1e8,
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-clerk-package-'))
  const { stdout } = await run('npm', 'pack', resolve('packages/local-clerk'), '--json')
  tarball = (JSON.parse(stdout) as [{ filename: string }])[0].filename
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await run('npm', 'install', '--no-audit', '--no-fund', `./${tarball}`)
}, 5 * minutes)
afterAll(() => rm(folder, { recursive: true }))

const running: ChildProcess[] = []
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
  }
})

/** Starts the command, and waits for a line of its output. */
async function start(args: string[], line: RegExp): Promise<void> {
  const child = spawn(join(folder, 'node_modules/.bin/local-clerk'), args, { cwd: folder })
  running.push(child)
  for await (const each of createInterface(child.stdout)) if (line.test(each)) return
  throw new Error(`It ended without ${line}`)
}

describe('the package', { tags: ['slow'] }, () => {
  it('needs no other package', async () => {
    const installed = await readdir(join(folder, 'node_modules'))
    expect(installed.filter(name => !name.startsWith('.'))).toEqual(['local-clerk'])
  })

  it('prints the variables with which an app finds it later', async () => {
    const port = String(await freePort())
    const { stdout, stderr } = await run('npx', 'local-clerk', '--env', 'express', '--port', port)
    expect(stderr).toBe('')
    const variables = parseEnv(stdout) as Record<string, string>
    expect(Object.keys(variables).every(name => name.startsWith('CLERK_'))).toBe(true)
    await start(['--port', port], /Control page/)
    const { CLERK_SECRET_KEY: secretKey, CLERK_API_URL: apiUrl, CLERK_JS_URL: script } = variables
    const api = createClerkClient({ secretKey, apiUrl, telemetry: { disabled: true } })
    expect((await api.users.getUserList()).totalCount).toBe(4)
    expect((await fetch(script!)).headers.get('content-type')).toContain('javascript')
    // Its page is a file of the package.
    expect(await (await fetch(`${apiUrl}/__clerk/`)).text()).toContain('Local Clerk')
    expect(await readFile(join(folder, '.data/local-clerk/.gitignore'), 'utf8')).toBe('*\n')
  })

  it('starts with a seed file, and says what is wrong in one', async () => {
    const port = String(await freePort())
    await writeFile(join(folder, 'users.json'), JSON.stringify({ users: [{ emailAddress: ['kim@example.com'] }] }))
    await start(['--port', port, '--data', 'seeded', '--seed-file', 'users.json'], /Accounts +kim@example.com$/)
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ users: [{ email: 'kim@example.com' }] }))
    const wrong = run('npx', 'local-clerk', '--port', port, '--data', 'wrong', '--seed-file', 'wrong.json')
    await expect(wrong).rejects.toMatchObject({
      code: 2, stderr: expect.stringContaining('users[0]: Unrecognized key'),
    })
    await expect(run('npx', 'local-clerk', '--port', port, '--data', 'other')).rejects.toMatchObject({
      code: 2, stderr: `Port ${port} is in use. Choose another with --port.\n`,
    })
  })

  it('does in an Express app what its README says, with Vitest and with Playwright', async () => {
    const chromium = await findChromium(() => {})
    const readme = await readFile('packages/local-clerk/README.md', 'utf8')
    for (const [, name, code] of readme.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)) {
      await writeFile(join(folder, name!), code!)
    }
    await copyFile('tests/support/express-app.js', join(folder, 'app.js'))
    const config = {
      use: { launchOptions: { executablePath: chromium, args: ['--no-sandbox'] } },
      // The machine may be busy.
      timeout: 2 * minutes,
      expect: { timeout: minutes },
    }
    await writeFile(join(folder, 'playwright.config.js'), `export default ${JSON.stringify(config)}`)
    const packages = ['express', '@clerk/express', 'vitest', '@playwright/test']
    await run('npm', 'install', '--no-audit', '--no-fund', ...packages)
    const vitest = await run('npx', 'vitest', 'run', 'api.test.ts', `--testTimeout=${minutes}`)
    expect(vitest.stdout).toMatch(/Tests.*2 passed/)
    const playwright = await run('npx', 'playwright', 'test', 'pages.test.ts')
    expect(playwright.stdout).toMatch(/2 passed/)
  }, 5 * minutes)
})

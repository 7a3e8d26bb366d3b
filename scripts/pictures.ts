import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { consola } from 'consola'
import type { Page } from 'playwright-core'
import { freePort } from '../fixtures/free-port.ts'
import { startEmbeddedMongoDB } from '../modules/development/embedded-mongodb.ts'
import { findChromium, launchChromium } from '../tests/support/chromium.ts'

// Takes the README's pictures of the built app in Chromium, with Local Clerk and the people of `npm run seed`.

const root = join(import.meta.dirname, '..')
const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

interface Picture {
  name: string
  path: string
  /** The signed-in user. */
  as: 'ada' | 'admin'
  viewport?: typeof desktop
  dark?: boolean
  /** Prepares the page for the picture. */
  prepare?: (page: Page) => Promise<unknown>
}

const pictures: Picture[] = [
  { name: 'profile', path: '/profile', as: 'ada' },
  {
    name: 'profile-phone',
    path: '/profile',
    as: 'ada',
    viewport: phone,
    dark: true,
    prepare: page => page.getByRole('combobox', { name: 'Country' }).click(),
  },
  { name: 'people', path: '/people', as: 'ada' },
  { name: 'users', path: '/admin/users?country=JP,BR&sort=next_birthday', as: 'admin' },
  { name: 'users-phone', path: '/admin/users?upcoming=30', as: 'admin', viewport: phone, dark: true },
  { name: 'insights', path: '/admin/insights', as: 'admin' },
]

/** Runs a command to its end, with its output in this terminal. */
async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const [code] = await once(
    spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }),
    'exit',
  )
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/api/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function take(page: Page, url: string, { name, path, prepare }: Picture): Promise<void> {
  await page.goto(url + path)
  await page.waitForLoadState('networkidle')
  await page.getByRole('status').filter({ hasText: 'Loading' }).waitFor({ state: 'detached' })
  await prepare?.(page)
  await page.screenshot({ path: join(root, 'docs', `${name}.png`), animations: 'disabled' })
  consola.success(`docs/${name}.png`)
}

async function signIn(page: Page, url: string, identifier: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  const go = page.getByRole('button', { name: 'Continue', exact: true })
  await page.locator('input[name=identifier]').fill(identifier)
  await go.click()
  await page.locator('input[name=password]').fill('local-clerk')
  await go.click()
  await page.locator('.cl-userButtonTrigger').waitFor()
}

const folder = await mkdtemp(join(tmpdir(), 'addendum-pictures-'))
const mongodb = await startEmbeddedMongoDB(folder, line => consola.info(line))
process.env.CHROMIUM_PATH ||= await findChromium(line => consola.info(line))
await run(join(root, 'node_modules', '.bin', 'nuxt'), ['build'], { LOCAL_CLERK: '1' })
const port = String(await freePort())
const url = `http://localhost:${port}`
const env = { ...process.env, LOCAL_CLERK: '1', MONGODB_URI: mongodb.uri, PORT: port, SHUTDOWN_GRACE_SECONDS: '0' }
const server = spawn(process.execPath, [join(root, '.output', 'server', 'index.mjs')], {
  cwd: folder,
  env,
  stdio: 'ignore',
})
try {
  while (!await isReady(url)) await sleep(200)
  await run(process.execPath, [join(root, 'scripts', 'seed.ts'), '--url', url])
  const browser = await launchChromium()
  for (const picture of pictures) {
    const context = await browser.newContext({
      viewport: picture.viewport ?? desktop,
      deviceScaleFactor: picture.viewport ? 2 : 1,
      colorScheme: picture.dark ? 'dark' : 'light',
      locale: 'en-US',
    })
    const page = await context.newPage()
    await signIn(page, url, picture.as)
    await take(page, url, picture)
    await context.close()
  }
  await browser.close()
}
finally {
  const ended = once(server, 'exit')
  server.kill()
  await ended
  await mongodb.stop()
  await rm(folder, { recursive: true, force: true })
}

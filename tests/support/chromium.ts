import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const run = promisify(execFile)

/**
 * Finds a Chromium, or installs one: CHROMIUM_PATH, PATH, Playwright's own, Playwright's download,
 * Debian's package where we are root. Chromium's headless shell is the same browser without windows, and opens a page
 * in half the time.
 * @returns the path of the browser
 * @throws Error that says how to get one
 */
export async function findChromium(log: (line: string) => void): Promise<string> {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const found = onPath() ?? playwrights()
  if (found) return found

  log('Chromium is missing: asking Playwright for it (about 150 MB, once)')
  // Without this limit, a machine that cannot reach Playwright's host would wait for all retries.
  await run(join('node_modules', '.bin', 'playwright-core'), ['install', 'chromium'], {
    timeout: 300_000,
    env: { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' },
  }).catch(() => {})
  const downloaded = playwrights()
  if (downloaded) return downloaded

  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log('Chromium is missing: installing Debian\'s package (about 100 MB, once)')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env }).catch(() => {})
    for (const name of ['chromium-headless-shell', 'chromium']) {
      const install = ['install', '-y', '-qq', '--no-install-recommends', name]
      await run('apt-get', install, { env, maxBuffer: 1e8 }).catch(() => {})
      const installed = onPath()
      if (installed) return installed
    }
  }
  throw new Error(
    'No Chromium was found and none could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
  )
}

function onPath(): string | undefined {
  const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(existsSync)
}

function playwrights(): string | undefined {
  const path = chromium.executablePath()
  return existsSync(path) ? path : undefined
}

/** A headless browser that makes no connection of its own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

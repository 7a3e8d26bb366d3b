import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import { signIn, userButton } from '../support/people.ts'

// Clerk's SDK for Vue is some 12 KB of it, and vue-i18n with its module 22 KB.
const most = 150_000
/** Vue's details of hydration mismatches. A build without Local Clerk leaves them out. */
const hydrationDetails = 3_600

it('the page /profile loads less than 150 KB of JavaScript, compressed, besides ClerkJS', async () => {
  const mongod = await startMongod()
  const server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  const browser = await launchChromium()
  try {
    const context = await browser.newContext()
    await signIn(await context.newPage(), server.url, 'ada')
    const storageState = await context.storageState()
    // Another context, with an empty cache.
    const page = await (await browser.newContext({ storageState })).newPage()
    const scripts = new Map<string, Promise<number>>()
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/_nuxt/') && pathname.endsWith('.js'))
        scripts.set(
          pathname,
          response.body().then(body => gzipSync(body, { level: 9 }).length),
        )
    })
    // Idle, so that prefetched chunks count, too.
    await page.goto(`${server.url}/profile`, { waitUntil: 'networkidle' })
    await userButton(page).waitFor()
    const sizes = await Promise.all([...scripts].map(async ([path, bytes]) => ({ path, bytes: await bytes })))
    sizes.sort((a, b) => b.bytes - a.bytes)
    expect(sizes.length).toBeGreaterThan(3)
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
    expect(total, sizes.map(({ path, bytes }) => `${bytes} ${path}`).join('\n')).toBeLessThan(most + hydrationDetails)
  }
  finally {
    await browser.close()
    await server.stop()
    await mongod.stop()
  }
})

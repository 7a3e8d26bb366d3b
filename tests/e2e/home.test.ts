import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import type { Server } from '../support/server.ts'

let browser: Browser
let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Server
beforeAll(async () => {
  mongod = await startMongod()
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  await mongod.stop()
})

/** Opens the page and records requests to other hosts in `foreign`. */
async function open(width: number, colorScheme: 'light' | 'dark'): Promise<{ page: Page, foreign: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
  const foreign: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url())
  })
  await page.goto(server.url, { waitUntil: 'networkidle' })
  return { page, foreign }
}

describe('the home page', () => {
  it.each([
    [390, 'light'],
    [390, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('renders at %i pixels, %s, and contacts no third party', async (width, scheme) => {
    const { page, foreign } = await open(width, scheme)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Clerk')
    expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(scheme === 'dark')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(foreign).toEqual([])
    await page.close()
  })

  it('is complete without JavaScript', async () => {
    const html = await (await fetch(server.url)).text()
    expect(html).toContain('Reachable')
    expect(html).toContain('npm run trigger')
  })

  it('shows whether the database is available, and checks again on demand', async () => {
    const { page } = await open(1280, 'light')
    const status = page.getByRole('definition').first()
    const check = page.getByRole('button', { name: 'Check again' })
    await page.getByText('Reachable', { exact: true }).waitFor()
    await mongod.kill()
    await check.click()
    await page.getByText('Not reachable', { exact: true }).waitFor()
    expect(await status.textContent()).toContain('MONGODB_URI')
    await mongod.restart()
    await expect
      .poll(
        async () => {
          await check.click()
          return page.getByText('Reachable', { exact: true }).isVisible()
        },
        { timeout: 20_000 },
      )
      .toBe(true)
    await page.close()
  })
})

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import { signIn, userButton } from '../support/people.ts'
import { pages, visitors } from '../support/pages.ts'
import type { Who } from '../support/pages.ts'
import { colorViolations, settle, violations, watch } from '../support/visit.ts'

let browser: Browser
let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
const widths = [390, 1280] as const
type Width = (typeof widths)[number]
/** A browser for each visitor and screen, signed in once, which has ClerkJS in its cache. */
const contexts = new Map<`${Who} ${Width}`, BrowserContext>()

beforeAll(async () => {
  mongod = await startMongod()
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  browser = await launchChromium()
  for (const who of ['nobody', 'ada', 'admin'] as const) {
    const storageState = who === 'nobody' ? undefined : await signInOnce(who)
    for (const width of widths)
      contexts.set(`${who} ${width}`, await browser.newContext({ ...visitors[width], storageState }))
  }
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  await mongod.stop()
})

async function signInOnce(who: 'ada' | 'admin') {
  const page = await browser.newPage()
  await signIn(page, server.url, who)
  // Both are in the directory.
  const data = { visibility: 'public', birthday_visibility: 'public' }
  const edit = await page.request.patch(`${server.url}/api/me`, { data })
  expect(edit.status()).toBe(200)
  const state = await page.context().storageState()
  await page.close()
  return state
}

/**
 * Opens a page, uses it and closes it. It must request nothing elsewhere, log no error and hydrate without a mismatch,
 * which this build reports in detail.
 */
async function visit(who: Who, path: string, width: Width, use: (page: Page, status: number) => Promise<void>) {
  const page = await contexts.get(`${who} ${width}`)!.newPage()
  try {
    page.setDefaultTimeout(20_000)
    await page.setViewportSize({ width, height: 900 })
    const complaints = await watch(page, server.url)
    const response = await page.goto(server.url + path)
    await settle(page)
    await use(page, response!.status())
    expect(complaints).toEqual({ foreign: [], errors: [] })
  }
  finally {
    await page.close()
  }
}

/** Switches the system's color scheme. */
async function prefer(page: Page, colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
}

/** Waits for Clerk's own component of a page. */
async function clerkHasLoaded(page: Page, who: Who, path: string) {
  if (who !== 'nobody') await userButton(page).waitFor()
  if (path === '/sign-in') await page.locator('input[name=identifier]').waitFor()
  if (path === '/sign-up') await page.locator('input[name=emailAddress]').waitFor()
}

describe.each(pages)('for %s, the page %s (%i)', (who, path, expected) => {
  it.each(widths)(
    'is accessible at %i pixels, light and dark, fits any width, has one main heading and breaks no policy',
    async (width) => {
      await visit(who, path, width, async (page, status) => {
        await clerkHasLoaded(page, who, path)
        expect(status).toBe(expected)
        expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
        await prefer(page, 'light')
        expect(await violations(page)).toEqual([])
        await prefer(page, 'dark')
        expect(await colorViolations(page)).toEqual([])
        // From the smallest phones to desktop screens.
        for (const each of width === 390 ? [280, 320, 390] : [768, 1024, 1180, 1280, 1920]) {
          await page.setViewportSize({ width: each, height: 900 })
          await expect
            .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: `at ${each} pixels` })
            .toBeLessThanOrEqual(each)
        }
      })
    },
  )
})

describe('the page /profile', () => {
  it.each([
    [390, 'dark'],
    [1280, 'light'],
  ] as const)(
    'is accessible at %i pixels, %s, while it shows a list, errors or a question',
    async (width, colorScheme) => {
      await visit('ada', '/profile', width, async (page) => {
        await prefer(page, colorScheme)
        await userButton(page).waitFor()
        const country = page.getByRole('combobox', { name: 'Country' })
        await country.click()
        await page.getByRole('option', { name: 'Canada' }).waitFor()
        expect(await violations(page)).toEqual([])

        await country.fill('Atlantis')
        await page.getByText('No countries match').waitFor()
        expect(await violations(page)).toEqual([])
        await page.getByLabel('Month', { exact: true }).fill('')
        await page.getByRole('button', { name: 'Save', exact: true }).click()
        await page.getByText(/Enter a date that exists/).waitFor()
        await page.getByText(/Choose a country from the list/).waitFor()
        expect(await violations(page)).toEqual([])

        for (const [button, question] of [
          ['Erase', 'Erase your profile fields?'],
          ['Delete account', 'Delete your account?'],
        ] as const) {
          await page.getByRole('button', { name: button, exact: true }).click()
          const dialog = page.getByRole('dialog', { name: question })
          await dialog.waitFor()
          expect(await violations(page)).toEqual([])
          await dialog.getByRole('button', { name: 'Cancel' }).click()
          await dialog.waitFor({ state: 'hidden' })
        }
      })
    },
  )
})

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { launchChromium } from './chromium.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from './server.ts'

export const password = 'local-clerk'

export const submitClerk = (page: Page) => page.getByRole('button', { name: 'Continue', exact: true }).click()
/**
 * Presses a button in what Clerk shows. It moves while it appears, and a pointer's press and release may then be at
 * different elements; the keyboard's are not.
 */
export const press = (button: Locator) => button.press('Enter')
/**
 * Submits a form with a new password. Clerk rates the password when the field loses the focus, and shows its opinion
 * above the button: between a pointer's press and its release, the button may move away.
 */
export const submitPassword = (page: Page) => page.locator('input[name=password]').press('Enter')
/** Gives consent in a form whose password field shows its opinion at the same time, which moves the box. */
export async function consent(page: Page): Promise<void> {
  const box = page.getByRole('checkbox')
  await box.press('Space')
  await expect.poll(() => box.isChecked()).toBe(true)
}
export const userButton = (page: Page) => page.locator('.cl-userButtonTrigger')

/**
 * Gives an empty page's context the cookies of a signed-in user: the session by a request, as Clerk's form sends it,
 * and its token by Clerk's handshake, as for a tab that was closed. sign-in.test.ts uses the form.
 */
export async function signIn(page: Page, url: string, identifier: string): Promise<void> {
  // ClerkJS of an open page would notice that its own session has ended, and remove the new one's cookies.
  await page.goto('about:blank')
  const { request } = page
  const form = { strategy: 'password', identifier, password }
  expect((await request.post(`${url}/__clerk/v1/client/sign_ins`, { form })).status()).toBe(200)
  await request.get(url, { headers: { 'accept': 'text/html', 'sec-fetch-dest': 'document' } })
  expect((await request.get(`${url}/api/me`)).status()).toBe(200)
}

/** The cookies of a user who has signed in, for the browser contexts of other pages. */
export async function signedInState(app: ReturnType<typeof useApp>, identifier: string) {
  const page = await app.newPage()
  await signIn(page, app.server.url, identifier)
  const state = await page.context().storageState()
  await page.context().close()
  return state
}

/** Signs in with Clerk's form, on a page that shows it. */
export async function fillSignIn(page: Page, identifier: string): Promise<void> {
  await page.locator('input[name=identifier]').fill(identifier)
  await submitClerk(page)
  await page.locator('input[name=password]').fill(password)
  await submitClerk(page)
  await userButton(page).waitFor()
}

let count = 0
/** Signs up a new user with Clerk's form, and returns the Clerk id. */
export async function signUp(page: Page, url: string, { query = '' } = {}): Promise<string> {
  await page.goto(`${url}/sign-up${query}`)
  await page.locator('input[name=emailAddress]').fill(`person${++count}@example.com`)
  await page.locator('input[name=password]').fill('a good password')
  await submitPassword(page)
  await page.getByText('Verify your email').waitFor()
  await page.keyboard.type('424242')
  await page.waitForURL(/\/welcome/)
  return (await (await page.request.get(`${url}/api/me`)).json()).identity.clerk_id
}

/** The fields of Ada, a seeded user, to start a test from. */
export const adaProfile = {
  birthday: '1990-05-12',
  birth_month_day: '05-12',
  country: 'US',
  bio: 'Coffee enthusiast.',
  visibility: 'private' as const,
}

/** The whole app, its database and a browser, for all tests of a file. */
export function useApp(env: Record<string, string> = {}) {
  const app = {} as {
    mongod: Awaited<ReturnType<typeof startMongod>>
    stored: Awaited<ReturnType<typeof openDatabase>>
    server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
    browser: Browser
    /** A page in its own browser context. */
    newPage: (options?: BrowserContextOptions) => Promise<Page>
  }
  beforeAll(async () => {
    app.mongod = await startMongod()
    app.stored = await openDatabase(app.mongod.uri)
    app.server = await startServerWithLocalClerk({ MONGODB_URI: app.mongod.uri, ...env })
    app.browser = await launchChromium()
    app.newPage = async (options) => {
      const context = await app.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
      const page = await context.newPage()
      // As long as conditions are polled: a page waits six seconds for Clerk, and starts late on a busy machine.
      page.setDefaultTimeout(20_000)
      return page
    }
  })
  // A failure says what the visitor saw, since nobody can look at the machine that ran the test.
  beforeEach(({ onTestFailed }) => onTestFailed(async () => {
    for (const page of app.browser.contexts().flatMap(context => context.pages())) {
      const text = await page.locator('body').innerText().catch(String)
      console.error(`${page.url()} showed:\n${text.replaceAll(/\n+/g, '\n').slice(0, 1000)}`)
    }
  }))
  afterAll(async () => {
    await app.browser.close()
    await app.server.stop()
    await app.stored.close()
    await app.mongod.stop()
  })
  return app
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { serveWithLocalClerk } from '../../examples/local-clerk.ts'
import { freePort } from '../../fixtures/free-port.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { loadKeys } from '../../local-clerk/keys.ts'
import { addAccount, becomeInSecret, deafen, signOut } from '../support/accounts.ts'
import { launchChromium } from '../support/chromium.ts'
import { environmentOf, examples, hasPages, startExample } from '../support/example.ts'
import { fillSignIn } from '../support/people.ts'
import { violations, watch } from '../support/visit.ts'
import type { Complaints } from '../support/visit.ts'

// The pages of the examples, in a browser, with Local Clerk.

const ada = { id: 'user_123', email: 'ada@example.com' }
const liam = { id: 'user_456', email: 'liam@example.com' }

describe.each(examples.filter(hasPages))('$name', (example) => {
  let mongod: Awaited<ReturnType<typeof startMongod>>
  let stored: Awaited<ReturnType<typeof openDatabase>>
  let clerk: Awaited<ReturnType<typeof startLocalClerk>>
  let server: Awaited<ReturnType<typeof startExample>>
  let endFront: () => void
  let folder: string
  let url: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: Complaints

  beforeAll(async () => {
    mongod = await startMongod()
    stored = await openDatabase(mongod.uri)
    folder = await mkdtemp(join(tmpdir(), 'addendum-pages-'))
    const port = await freePort()
    url = `http://localhost:${port}`
    clerk = await startLocalClerk({ dataDir: folder, webhookUrl: `${url}/api/webhooks` })
    server = await startExample(example, {
      ...environmentOf(new URL('/addendum', mongod.uri).href),
      CLERK_SECRET_KEY: clerk.env.NUXT_CLERK_SECRET_KEY,
      CLERK_JWT_KEY: clerk.env.NUXT_CLERK_JWT_KEY,
      CLERK_API_URL: clerk.url,
      CLERK_WEBHOOK_SIGNING_SECRET: clerk.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET,
      ORIGIN: url,
    })
    endFront = await serveWithLocalClerk(port, server.url, clerk.url)
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    endFront()
    await server.stop()
    await clerk.stop()
    await rm(folder, { recursive: true })
    await stored.close()
    await mongod.stop()
  })
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    page = await newPage()
  })
  afterEach(() => context.close())

  async function newPage() {
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    complaints = await watch(page, url)
    return page
  }

  const row = (clerk_id: string) => stored.profiles.findOne({ clerk_id })
  const status = () => page.getByRole('status').textContent()

  async function signIn({ id, email }: { id: string, email: string }) {
    await page.goto(url)
    await fillSignIn(page, email)
    await page.getByText(id).waitFor()
  }

  async function save(values: Record<string, string>) {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(value)
    await page.getByRole('button', { name: 'Save' }).click()
  }

  it('shows the profile that Clerk\'s event has brought to a user who signs in', async () => {
    await signIn(ada)
    await expect.poll(() => row(ada.id)).toMatchObject({ country: 'US' })
    await page.reload()
    expect(await page.getByLabel('Country').inputValue()).toBe('US')
    expect(await page.getByLabel('Birthday').inputValue()).toBe('1990-05-12')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await violations(page)).toEqual([])
    expect(complaints).toEqual({ errors: [], foreign: [] })
  })

  it('saves what the user enters, and clears what they clear', async () => {
    await signIn(ada)
    await save({ Birthday: '1991-06-13', Country: '', Bio: 'Two\nlines' })
    await expect.poll(status).toBe('Saved')
    expect(await row(ada.id)).toMatchObject({ birthday: '1991-06-13', country: null, bio: 'Two\nlines' })
    await page.reload()
    expect(await page.getByLabel('Bio').inputValue()).toBe('Two\nlines')
    expect(await page.getByLabel('Country').inputValue()).toBe('')
    expect(complaints).toEqual({ errors: [], foreign: [] })
  })

  it('says which value does not fit, and keeps what was typed', async () => {
    await signIn(ada)
    await save({ Country: '12', Bio: 'Typed with care' })
    await expect.poll(() => page.locator('#country-error').textContent()).toMatch(/two letters/)
    expect(await status()).toMatch(/Not saved/)
    expect(await page.getByLabel('Country').inputValue()).toBe('12')
    expect(await page.getByLabel('Bio').inputValue()).toBe('Typed with care')
    expect(await row(ada.id)).not.toMatchObject({ bio: 'Typed with care' })
    expect(await violations(page)).toEqual([])
  })

  it('saves one user\'s text into no other\'s profile, when another tab has changed the account', async () => {
    await deafen(page)
    await signIn(ada)
    await page.getByLabel('Bio').fill('By Ada')
    await becomeInSecret(context, { url, keys: () => loadKeys(folder) }, liam.email)
    await save({})
    await expect.poll(status).toMatch(/another account/)
    expect(await page.getByLabel('Bio').inputValue()).toBe('By Ada')
    expect(await row(liam.id)).not.toMatchObject({ bio: 'By Ada' })
    expect(await row(ada.id)).not.toMatchObject({ bio: 'By Ada' })
    // It shows the text, but does not send it again: the page may be Liam's by now.
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.goto(url)
    await page.getByText(liam.id).waitFor()
    expect(await page.getByLabel('Bio').inputValue()).toBe((await row(liam.id))!.bio)
  })

  it('shows one user\'s refused text to no other', async () => {
    await signIn(ada)
    await save({ Country: '12', Bio: 'By Ada' })
    await expect.poll(status).toMatch(/Not saved/)
    await addAccount(page, liam.email)
    await page.getByText(liam.id).waitFor()
    expect(await page.getByLabel('Bio').inputValue()).toBe((await row(liam.id))!.bio)
    expect(await status()).toBe('')
    await save({ Birthday: '1985-11-24' })
    await expect.poll(status).toBe('Saved')
    expect(await row(liam.id)).toMatchObject({ birthday: '1985-11-24', country: 'CA', bio: 'Loves to read.' })
  })

  it('shows the profile of an account that is added', async () => {
    await signIn(ada)
    await page.getByLabel('Bio').fill('By Ada')
    await addAccount(page, liam.email)
    await page.getByText(liam.id).waitFor()
    expect(await page.getByLabel('Bio').inputValue()).toBe((await row(liam.id))!.bio)
  })

  it('tells a user who was deleted', async () => {
    const { id } = clerk.users.create({ email_address: ['new@example.com'], password: 'local-clerk' })
    await signIn({ id, email: 'new@example.com' })
    clerk.users.remove(id)
    await expect.poll(() => row(id)).toMatchObject({ deleted_at: expect.any(Date) })
    await save({ Bio: 'Too late' })
    await expect.poll(status).toMatch(/deleted/)
  })

  it('shows the sign-in again after signing out', async () => {
    await signIn(ada)
    await signOut(page)
    await page.locator('input[name=identifier]').waitFor()
    expect(complaints.errors).toEqual([])
  })
})

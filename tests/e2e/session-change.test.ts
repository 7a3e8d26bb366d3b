import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAccount, openAs, see, signOut, switchAccount } from '../support/accounts.ts'
import { fillSignIn, useApp, userButton } from '../support/people.ts'
import { violations } from '../support/visit.ts'

const app = useApp()
let page: Page

const [ada, mia] = ['user_123', 'user_789']
const secret = 'Typed by Ada alone'
const none = { birthday: null, birth_month_day: null, country: null, bio: null, visibility: 'private' as const }
const row = (clerk_id: string) => app.stored.profiles.findOne({ clerk_id })
const bio = () => page.getByLabel('Bio', { exact: true })
const save = () => page.getByRole('button', { name: 'Save', exact: true }).click()
const heading = (name: string, at = page) => at.getByRole('heading', { name })
const open = async (path: string, who?: string) => (page = await openAs(app, path, who))

beforeEach(async () => {
  await app.stored.client.db('addendum').collection('rate_limits').deleteMany({})
  for (const clerk_id of [ada, mia]) await app.stored.profiles.updateOne({ clerk_id }, { $set: none }, { upsert: true })
})
afterEach(() => page?.context().close())

describe('two accounts in one browser', () => {
  it('each tab saves for its own account, whichever is active', async () => {
    await open('/profile')
    await bio().fill(secret)
    const other = await page.context().newPage()
    await other.goto(app.server.url)
    await addAccount(other, 'mia')
    await save()
    await page.getByText('Profile saved', { exact: true }).waitFor()
    expect((await row(ada))?.bio).toBe(secret)
    expect((await row(mia))?.bio).toBeNull()
  })

  it('a switch during a save shows the other account nothing of it', async () => {
    await open('/profile')
    await addAccount(page, 'mia')
    await switchAccount(page, ada)
    await page.getByRole('region', { name: 'Saved profile' }).getByText('ada@example.com').waitFor()
    const held = Promise.withResolvers<undefined>()
    await page.route('**/api/me', async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue()
      // Ada's request is answered when the page is Mia's.
      const response = await route.fetch()
      await held.promise
      await route.fulfill({ response })
    })
    await bio().fill(secret)
    await save()
    await expect.poll(async () => (await row(ada))?.bio).toBe(secret)
    await switchAccount(page, mia)
    await page.getByRole('region', { name: 'Saved profile' }).getByText('mia@example.com').waitFor()
    const answered = page.waitForResponse(response => response.request().method() === 'PATCH')
    held.resolve(undefined)
    await answered
    await page.waitForLoadState('networkidle')
    expect(await page.getByText(secret).count()).toBe(0)
    expect(await bio().inputValue()).toBe('')
    expect(await page.getByText('Profile saved', { exact: true }).count()).toBe(0)
    expect((await row(mia))?.bio).toBeNull()
  })

  it('an admin page closes for an account without the role', async () => {
    await open('/admin/users', 'admin')
    await addAccount(page, 'mia')
    await heading('This page is for admins').waitFor()
    expect(await page.getByText('ada@example.com').count()).toBe(0)
  })
})

describe('signing out in another tab', () => {
  it('removes private content from every page at once, messages and dialogs included', async () => {
    await app.stored.profiles.updateOne({ clerk_id: mia }, { $set: { visibility: 'public', bio: 'Seen by members' } })
    await app.stored.profiles.updateOne(
      { clerk_id: 'user_admin' },
      { $set: { bio: 'An admin writes' } },
      { upsert: true },
    )
    await open('/profile', 'admin')
    await page.getByText('An admin writes').first().waitFor()
    const shown: [path: string, text: string][] = [
      ['/', 'An admin writes'],
      ['/people', 'Seen by members'],
      [`/people/${mia}`, 'Seen by members'],
      ['/admin/users', 'mia@example.com'],
      [`/admin/users/${mia}`, 'mia@example.com'],
      ['/admin/insights', 'Completeness'],
      ['/admin/sync', 'user.created'],
      ['/admin/import', 'Import profiles'],
    ]
    const tabs = await Promise.all(
      shown.map(async ([path, text]) => {
        const tab = await page.context().newPage()
        await tab.goto(app.server.url + path)
        await tab.getByText(text).first().waitFor()
        await userButton(tab).waitFor()
        return tab
      }),
    )
    // A message and a dialog on the page.
    await page.route('**/api/me/profile', route =>
      route.fulfill({ status: 503, json: { message: 'Not now, says the database' } }),
    )
    for (const answer of [true, false]) {
      await page.getByRole('listitem').getByRole('button', { name: 'Erase' }).click()
      if (answer) await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click()
      await page.getByText('Not now, says the database').first().waitFor()
    }
    await signOut(tabs[0]!)
    for (const [index, [path, text]] of shown.entries()) {
      await expect.poll(() => tabs[index]!.getByText(text).count(), { message: path }).toBe(0)
      if (path !== '/') await heading('Your session has ended', tabs[index]).waitFor()
    }
    await heading('Your session has ended').waitFor()
    expect(await page.getByText(/An admin writes|Not now, says/).count()).toBe(0)
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await fillSignIn(page, 'admin')
    await page.waitForURL(`${app.server.url}/profile`)
  })

  it('returns by itself when the same account signs in again elsewhere', async () => {
    await open('/profile')
    await bio().fill(secret)
    const other = await page.context().newPage()
    await other.goto(app.server.url)
    await signOut(other)
    await heading('Your session has ended').waitFor()
    expect(await violations(page)).toEqual([])
    await addAccount(other, 'ada')
    await see(page)
    await page.getByText('Your unsaved changes were restored').waitFor()
    expect(await bio().inputValue()).toBe(secret)
  })
})

it('a token that expires before ClerkJS has loaded ends no session', async () => {
  await open('/', 'admin')
  const { promise: loads, resolve: load } = Promise.withResolvers<undefined>()
  await page.route('**/_nuxt/*.js', async (route) => {
    // The page has come, and its first request has not been sent.
    await page.context().clearCookies({ name: /^__session/ })
    await route.continue()
  })
  await page.route('**/__clerk/npm/**', async (route) => {
    await loads
    await route.continue()
  })
  const answer = (path: string, status: number) =>
    page.waitForResponse(response => response.url().endsWith(path) && response.status() === status)
  const refused = Promise.all([answer('/deliveries/chart', 401), answer('/api/me', 401)])
  await page.goto(`${app.server.url}/admin/sync`, { waitUntil: 'commit' })
  await refused
  const answered = answer('/deliveries/chart', 200)
  load(undefined)
  await answered
  await userButton(page).waitFor()
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch('Sync')
})

describe('after signing out', () => {
  it('Back shows no private page, and no cache has stored one', async () => {
    await open('/profile')
    for (const path of ['/', '/people', '/nothing', '/admin/users', '/profile']) {
      const response = await page.goto(app.server.url + path)
      expect([path, response?.headers()['cache-control']]).toEqual([path, expect.stringContaining('no-store')])
    }
    expect((await fetch(app.server.url)).headers.get('cache-control')).toBeNull()
    await page.getByRole('link', { name: 'Status' }).click()
    await page.getByText('"ready"').waitFor()
    await page.goto(app.server.url)
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__signOut').click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    for (const _ of [1, 2]) {
      await page.goBack()
      expect(await page.getByText('ada@example.com').count()).toBe(0)
    }
    await page.locator('input[name=identifier]').waitFor()
  })
})

it('every request of every page names the account that the page shows', async () => {
  await open('/profile', 'admin')
  const nameless: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (
      pathname.startsWith('/api/')
      && pathname !== '/api/ready'
      && request.headers()['addendum-user'] !== 'user_admin'
    )
      nameless.push(`${request.method()} ${pathname}`)
  })
  for (const name of ['Directory', 'Users', 'Insights', 'Sync', 'Profile']) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
    await page.waitForLoadState('networkidle')
  }
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' }).click()
  await page.getByText('Ada Baker').click()
  await bio().fill('Named')
  await save()
  await page.getByText('Profile saved', { exact: true }).waitFor()
  await see(page)
  await page.waitForLoadState('networkidle')
  expect(nameless).toEqual([])
})

import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { routes } from '../../server/openapi/routes.ts'
import { addAccount, becomeInSecret, deafen, openAs, see, signOut } from '../support/accounts.ts'
import { apiUser } from '../support/api.ts'
import { builtRoutes } from '../support/built-routes.ts'
import { fillSignIn, useApp, userButton } from '../support/people.ts'
import { violations } from '../support/visit.ts'

const app = useApp()
let page: Page

const [ada, mia] = ['user_123', 'user_789']
const secret = 'Typed by Ada alone'
const none = { birthday: null, birth_month_day: null, country: null, bio: null, visibility: 'private' as const }
const collection = (name: string) => app.stored.client.db('addendum').collection(name)
const row = (clerk_id: string) => app.stored.profiles.findOne({ clerk_id })
const bio = (at = page) => at.getByLabel('Bio', { exact: true })
const save = (at = page) => at.getByRole('button', { name: 'Save', exact: true }).click()
const heading = (name: string, at = page) => at.getByRole('heading', { name })
const draftOf = (clerk_id: string, of = 'me') =>
  page.evaluate(key => JSON.parse(sessionStorage.getItem(key) ?? '{}'), `addendum-draft-${clerk_id}-${of}`)

beforeEach(async () => {
  await Promise.all(['rate_limits', 'saved_views', 'audit_log'].map(name => collection(name).deleteMany({})))
  // Equal profiles, as any two new users have.
  for (const clerk_id of [ada, mia])
    await app.stored.profiles.updateOne(
      { clerk_id },
      { $set: none, $unset: { birthday_visibility: '' } },
      { upsert: true },
    )
})
afterEach(() => page?.context().close())

const open = async (path: string, who?: string, prepare?: (page: Page) => Promise<void>) =>
  (page = await openAs(app, path, who, prepare))

describe('a request that is meant for another account', () => {
  it('is rejected by every route that needs a session, and writes nothing', async () => {
    const admin = await apiUser(app.server, 'admin')
    await admin.ask('PUT', '/api/admin/views/Mine', { query: 'country=CA' })
    const everything = () =>
      Promise.all(
        ['profiles', 'audit_log', 'saved_views', 'rate_limits'].map(name => collection(name).find().toArray()),
      )
    const before = await everything()
    const built = (await builtRoutes(inject('serverEntry'))).filter(({ path }) => {
      const [operation] = Object.values(routes[path.replaceAll(/:(\w+)/g, '{$1}')] ?? {})
      return operation?.access === 'user' || operation?.access === 'admin'
    })
    expect(built.length).toBeGreaterThan(15)
    for (const { path, method } of built) {
      const url = path.replace(':clerk_id', 'user_456').replace(':name', 'Mine')
      const body = { POST: 'clerk_id,bio\nuser_456,Imported\n', PUT: { query: '' }, PATCH: { bio: 'Edited' } }[method!]
      const query
        = path === '/api/admin/import'
          ? '?dry_run=false&last=true'
          : path === '/api/admin/identities'
            ? '?clerk_id=user_456'
            : ''
      const answer = await admin.ask(method!, url + query, body, { 'addendum-user': ada })
      expect([method, path, answer.status, answer.body.data]).toEqual([method, path, 409, { code: 'other_account' }])
      expect(answer.body.message).toContain('Another account is signed in')
    }
    expect(await everything()).toEqual(before)
  })

  it('differs from a request that names its own account, or none', async () => {
    const user = await apiUser(app.server, 'ada')
    expect((await user.ask('GET', '/api/me', undefined, { 'addendum-user': ada })).status).toBe(200)
    expect((await user.get('/api/me')).status).toBe(200)
    expect((await fetch(`${app.server.url}/api/me`, { headers: { 'addendum-user': ada } })).status).toBe(401)
  })

  it('does not match the version of an equal profile, either', async () => {
    const [one, other] = [await apiUser(app.server, 'ada'), await apiUser(app.server, 'mia')]
    const etag = (await one.get('/api/me')).headers.get('etag')!
    expect(await other.patch({ bio: secret }, { 'if-match': etag })).toMatchObject({ status: 412 })
    expect((await row(mia))?.bio).toBeNull()
  })
})

describe('a page that has not noticed that another account signed in', () => {
  it('saves nothing for the other account, names it, and restores the owner\'s text', async () => {
    await open('/profile', 'ada', deafen)
    await bio().fill(secret)
    const other = await page.context().newPage()
    await other.goto(app.server.url)
    await signOut(other)
    await addAccount(other, 'mia')
    await other.close()
    await expect
      .poll(async () => (await (await page.request.get(`${app.server.url}/api/me`)).json()).identity?.clerk_id)
      .toBe(mia)

    await save()
    await heading('Mia Schmidt is signed in now').waitFor()
    expect(await violations(page)).toEqual([])
    expect((await row(mia))?.bio).toBeNull()
    expect((await row(ada))?.bio).toBeNull()
    expect(await page.getByText('ada@example.com').count()).toBe(0)
    expect(await draftOf(ada)).toEqual({ bio: secret })
    await page.getByRole('button', { name: 'Continue as Mia Schmidt' }).click()
    await page.getByRole('region', { name: 'Saved profile' }).getByText('mia@example.com').waitFor()
    expect(await bio().inputValue()).toBe('')

    await signOut(page)
    await page.waitForURL(`${app.server.url}/`)
    await page.goto(`${app.server.url}/sign-in?redirect_url=/profile`)
    await fillSignIn(page, 'ada')
    await page.getByText('Your unsaved changes were restored').waitFor()
    expect(await bio().inputValue()).toBe(secret)
    await save()
    await expect.poll(async () => (await row(ada))?.bio).toBe(secret)
    expect((await row(mia))?.bio).toBeNull()
  })

  it('erases nothing of the other account', async () => {
    await app.stored.profiles.updateOne({ clerk_id: mia }, { $set: { bio: 'Mine, says Mia' } })
    await open('/profile', 'ada', deafen)
    await becomeInSecret(page.context(), app.server, 'mia')
    await page.getByRole('listitem').getByRole('button', { name: 'Erase' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click()
    await heading('Mia Schmidt is signed in now').waitFor()
    expect(await row(mia)).toMatchObject({ bio: 'Mine, says Mia' })
  })

  it('neither downloads the other account\'s data nor deletes an account', async () => {
    for (const press of ['Download', 'Delete account']) {
      await open('/profile', 'ada', deafen)
      let downloaded = false
      page.on('download', () => (downloaded = true))
      await becomeInSecret(page.context(), app.server, 'mia')
      await page.getByRole('listitem').getByRole('button', { name: press }).click()
      if (press === 'Delete account') {
        await page.keyboard.type('Delete account')
        await page.getByRole('dialog').getByRole('button', { name: press }).click()
      }
      await heading('Mia Schmidt is signed in now').waitFor()
      expect(downloaded).toBe(false)
      const { users } = await app.server.control('/users?query=example.com')
      expect(users.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([ada, mia]))
      await page.context().close()
    }
  })

  it('saves nothing from Clerk\'s <UserProfile>, and closes it', async () => {
    await open('/', 'ada', deafen)
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__manageAccount').click()
    await page.getByRole('button', { name: 'About you' }).click()
    const account = page.locator('.cl-modalContent')
    await bio(page).fill(secret)
    await becomeInSecret(page.context(), app.server, 'mia')
    await account.getByRole('button', { name: 'Save', exact: true }).click()
    await heading('Mia Schmidt is signed in now').waitFor()
    await account.waitFor({ state: 'hidden' })
    expect((await row(mia))?.bio).toBeNull()
    expect(await draftOf(ada)).toEqual({ bio: secret })
  })

  it('saves nothing from the welcome page', async () => {
    await open('/welcome', 'ada', deafen)
    await bio().fill(secret)
    await becomeInSecret(page.context(), app.server, 'mia')
    await page.getByRole('button', { name: 'Save and continue' }).click()
    await heading('Mia Schmidt is signed in now').waitFor()
    expect((await row(mia))?.bio).toBeNull()
  })

  it.each([
    [
      'an edit of a user',
      '/admin/users/user_456',
      async () => {
        await bio().fill('By the first admin')
        return () => save()
      },
    ],
    [
      'a saved view',
      '/admin/users?country=CA',
      async () => {
        await page.locator('summary').filter({ hasText: 'Views' }).click()
        await page.getByText('No saved views yet').waitFor()
        await page.getByLabel('View name').fill('Of the first admin')
        return () => save()
      },
    ],
    [
      'an import',
      '/admin/import',
      async () => {
        await page.locator('input[type=file]').setInputFiles({
          name: 'users.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from('clerk_id,bio\nuser_456,Imported\n'),
        })
        return () => page.getByRole('button', { name: /^Import 1 row/ }).click()
      },
    ],
    [
      'an export',
      '/admin/users',
      async () => {
        await page.locator('summary').filter({ hasText: 'Export' }).click()
        return () => page.getByRole('button', { name: 'NDJSON' }).click()
      },
    ],
  ])('does nothing in the name of another admin: %s', async (_, path, prepare) => {
    await open(path, 'admin', deafen)
    const before = await row('user_456')
    const act = await prepare()
    await page.waitForLoadState('networkidle')
    await becomeInSecret(page.context(), app.server, 'mia', { metadata: { role: 'admin' } })
    await act()
    await heading('Mia Schmidt is signed in now').waitFor()
    expect(await row('user_456')).toEqual(before)
    expect(await collection('audit_log').countDocuments()).toBe(0)
    expect(await collection('saved_views').countDocuments()).toBe(0)
  })

  it('notices when it becomes visible again', async () => {
    await open('/profile', 'ada', deafen)
    await bio().fill(secret)
    await becomeInSecret(page.context(), app.server, 'mia')
    await see(page)
    await heading('Mia Schmidt is signed in now').waitFor()
    expect(await bio().count()).toBe(0)
    expect(await draftOf(ada)).toEqual({ bio: secret })
  })

  it('is hidden before it shows when it returns from the browser\'s cache', async () => {
    await open('/profile', 'ada', deafen)
    await becomeInSecret(page.context(), app.server, 'mia')
    const asked = Promise.withResolvers<undefined>()
    await page.route('**/api/me', async (route) => {
      await asked.promise
      await route.continue()
    })
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await bio().waitFor({ state: 'detached' })
    asked.resolve(undefined)
    await heading('Mia Schmidt is signed in now').waitFor()
  })
})

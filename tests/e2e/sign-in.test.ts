import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { fillSignIn, password, press, submitClerk as next, submitPassword, userButton } from '../support/people.ts'
import { rest } from '../support/visit.ts'
import { startServerWithLocalClerk } from '../support/server.ts'

let browser: Browser
let context: BrowserContext
let page: Page
/** Requests to another origin than the app's. There must be none. */
let foreign: string[]
let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>

beforeAll(async () => {
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  await stored.close()
  await mongod.stop()
})
beforeEach(async () => {
  foreign = []
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url())
  })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
})
afterEach(async () => {
  await context.close()
  expect(foreign).toEqual([])
})

/** Clerk shows a form's error twice: once to see, once for screen readers. */
const formError = (text: string | RegExp) => page.getByTestId('form-feedback-error').filter({ hasText: text }).waitFor()
async function signIn(at: Page, identifier: string) {
  await at.goto(`${server.url}/sign-in`)
  await fillSignIn(at, identifier)
}

let count = 0
/** Fills Clerk's sign-up form for a new user. */
async function fillSignUp(at: Page): Promise<string> {
  const email = `new${++count}@example.com`
  await at.locator('input[name=emailAddress]').fill(email)
  await at.locator('input[name=password]').fill('a good password')
  await submitPassword(at)
  await at.getByText('Verify your email').waitFor()
  await at.keyboard.type('424242')
  await userButton(at).waitFor()
  return email
}

/** Signs up a new user, and returns the Clerk id. */
async function signUp(at: Page): Promise<{ id: string, email: string }> {
  await at.goto(`${server.url}/sign-up`)
  const email = await fillSignUp(at)
  await at.waitForURL('**/welcome')
  const { identity } = await (await at.request.get(`${server.url}/api/me`)).json()
  return { id: identity.clerk_id, email }
}

describe('signing up', () => {
  it('creates a Clerk user, whose webhook creates the profile', async () => {
    const { id, email } = await signUp(page)
    await expect
      .poll(() => stored.profiles.findOne({ clerk_id: id }))
      .toMatchObject({ clerk_id: id, visibility: 'private', clerk_updated_at: expect.any(Date) })
    await page.goto(server.url)
    await page.getByText(email).first().waitFor()
    await page.getByText('Your stored data').waitFor()
  })

  it('fills a field that was never set from the metadata that a page sets', async () => {
    const { id } = await signUp(page)
    const update = (unsafeMetadata: object) => page.evaluate(async (metadata) => {
      // @ts-expect-error ClerkJS is there
      const user = await Clerk.user.update({ unsafeMetadata: metadata })
      return user.unsafeMetadata
    }, unsafeMetadata)
    expect(await update({ country: 'JP', theme: { dark: true } })).toEqual({ country: 'JP', theme: { dark: true } })
    await expect.poll(() => stored.profiles.findOne({ clerk_id: id })).toMatchObject({ country: 'JP' })
    // What is left out is removed.
    expect(await update({ theme: { dark: false } })).toEqual({ theme: { dark: false } })
  })

  it('shows errors in Clerk\'s form: a taken email, a breached password, a wrong code', async () => {
    /** Clerk checks a password shortly after it is typed. Its message slides in, and hides others meanwhile. */
    async function submitNew(text: string) {
      for (const [typed, found] of [
        ['short', 'Your password must contain 8 or more characters'],
        [text, 'Your password meets all the necessary requirements'],
      ] as const) {
        await page.locator('input[name=password]').fill(typed)
        await page.getByText(found).first().waitFor()
      }
      await rest(page)
      await submitPassword(page)
    }
    await page.goto(`${server.url}/sign-up`)
    await page.locator('input[name=emailAddress]').fill('ada@example.com')
    await submitNew('a good password')
    await formError('That email address is taken')
    await page.locator('input[name=emailAddress]').fill(`new${++count}@example.com`)
    // Clerk's form rates the password once more while it is sent. The rating may replace the message at once, or come
    // before it is drawn: then the next submission shows it, as to a person who sees no answer.
    const refused = page.waitForResponse(response => response.url().includes('/sign_ups') && response.status() === 422)
    await page.evaluate(() => {
      const look = () => {
        const message = document.querySelector('#error-password[data-testid=form-feedback-error]')?.textContent
        if (message?.includes('breach')) document.body.dataset.breach = 'shown'
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await submitNew('iloveyou')
    expect(await (await refused).text()).toContain('form_password_pwned')
    const isShown = page.locator('body[data-breach=shown]')
    await expect.poll(async () => {
      if (await isShown.count() === 0) await submitPassword(page)
      return isShown.count()
    }, { interval: 2_000 }).toBe(1)
    await submitNew('a good password')
    await page.getByText('Verify your email').waitFor()
    await page.keyboard.type('000000')
    await page
      .getByText(/Incorrect code/)
      .first()
      .waitFor()
  })
})

it('signs in by a token in the address, once', async () => {
  const headers = { 'authorization': `Bearer ${server.keys().secretKey}`, 'content-type': 'application/json' }
  const { token } = await (await fetch(`${server.clerkUrl()}/v1/sign_in_tokens`, {
    method: 'POST', headers, body: JSON.stringify({ user_id: 'user_456' }),
  })).json()
  await page.goto(`${server.url}/sign-in?__clerk_ticket=${token}`)
  await userButton(page).waitFor()
  expect((await (await page.request.get(`${server.url}/api/me`)).json()).identity.clerk_id).toBe('user_456')
})

describe('the requested page', () => {
  it('opens after signing in', async () => {
    await page.goto(`${server.url}/admin/sync`)
    await page.locator('input[name=identifier]').fill('admin')
    await next(page)
    await page.locator('input[name=password]').fill(password)
    await next(page)
    await page.getByRole('heading', { name: 'Sync' }).waitFor()
    await userButton(page).waitFor()
    expect(page.url()).toBe(`${server.url}/admin/sync`)
  })

  it('is passed from the sign-in form to the sign-up form and the welcome page', async () => {
    await page.goto(`${server.url}/admin/sync`)
    await page.locator('.cl-footerActionLink').click()
    await fillSignUp(page)
    await page.waitForURL('**/welcome?redirect_url=%2Fadmin%2Fsync')
    // The sign-in form that was left does nothing.
    await page.waitForLoadState('networkidle')
    expect(new URL(page.url()).pathname).toBe('/welcome')
  })

  it('is never another site', async () => {
    await page.goto(`${server.url}/sign-up?redirect_url=//evil.example`)
    await fillSignUp(page)
    await page.waitForURL('**/welcome')
  })
})

describe('signing in', () => {
  it('shows the seeded user\'s data from the token and from MongoDB', async () => {
    await signIn(page, 'ada')
    await page.getByText('Coffee enthusiast.').waitFor()
    expect(await (await page.request.get(`${server.url}/api/me`)).json()).toEqual({
      identity: {
        clerk_id: 'user_123',
        name: 'Ada Baker',
        email: 'ada@example.com',
        picture: '/__clerk/images/user_123',
        isAdmin: false,
      },
      profile: {
        birthday: '1990-05-12',
        country: 'US',
        bio: 'Coffee enthusiast.',
        visibility: 'private',
        birthday_visibility: 'private',
      },
    })
  })

  it('rejects a wrong password and an unknown identifier in Clerk\'s form', async () => {
    await page.goto(`${server.url}/sign-in`)
    await page.locator('input[name=identifier]').fill('nobody@example.com')
    await next(page)
    await formError('Couldn\'t find your account')
    await page.locator('input[name=identifier]').fill('ada@example.com')
    await next(page)
    await page.getByText('Enter your password').waitFor()
    await page.locator('input[name=password]').fill('not the password')
    await next(page)
    await formError('Password is incorrect')
  })

  it('accepts an emailed code instead of a password', async () => {
    await page.goto(`${server.url}/sign-in`)
    await page.locator('input[name=identifier]').fill('liam@example.com')
    await next(page)
    await page.getByText('Use another method').click()
    await press(page.getByRole('button', { name: /Email code to/ }))
    await page.getByText('Check your email').waitFor()
    await page.keyboard.type('424242')
    await userButton(page).waitFor()
  })

  it('survives a reload, on the server too, and the end of a token', async () => {
    await signIn(page, 'ada')
    await page.reload()
    await page.getByText('Coffee enthusiast.').waitFor()
    // The token of a tab that was closed has expired: the page load fetches a new one by Clerk's handshake. ClerkJS in
    // an open page would set the cookie again.
    await page.goto('about:blank')
    await context.clearCookies({ name: '__session' })
    const response = await page.goto(server.url)
    expect(response?.request().redirectedFrom()).toBeTruthy()
    expect(await response?.text()).toContain('Coffee enthusiast.')
  })

  it('has a new token after a page load, before ClerkJS runs', async () => {
    await signIn(page, 'ada')
    const storageState = await context.storageState()
    const reading = await browser.newContext({ storageState, javaScriptEnabled: false })
    await reading.clearCookies({ name: '__session' })
    await (await reading.newPage()).goto(server.url)
    expect((await reading.request.get(`${server.url}/api/me`)).status()).toBe(200)
    await reading.close()
  })

  it('lasts in two tabs, and ends in both', async () => {
    await signIn(page, 'ada')
    const second = await context.newPage()
    await second.goto(server.url)
    await userButton(second).waitFor()
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__signOut').click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await second.reload()
    await second.getByRole('link', { name: 'Sign in' }).waitFor()
    expect((await context.request.get(`${server.url}/api/me`)).status()).toBe(401)
  })

  it('supports several accounts, and switches between them', async () => {
    const name = async () => (await (await page.request.get(`${server.url}/api/me`)).json()).identity?.name
    await signIn(page, 'ada')
    await userButton(page).click()
    await page.getByText('Add account').click()
    await page.locator('input[name=identifier]').fill('mia')
    await next(page)
    await page.getByText('Enter your password').waitFor()
    await page.locator('input[name=password]').fill(password)
    await next(page)
    await page.waitForURL(`${server.url}/`)
    await expect.poll(name, { timeout: 10_000 }).toBe('Mia Schmidt')
    await page.getByText('Student and coder.').waitFor()
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverCard button').filter({ hasText: 'Ada Baker' }).click()
    await expect.poll(name, { timeout: 10_000 }).toBe('Ada Baker')
    await page.getByText('Coffee enthusiast.').waitFor()
    expect(await page.getByText('Student and coder.').count()).toBe(0)
  })

  it('ends on a device that is signed out from the account page', async () => {
    const elsewhere = await browser.newContext()
    const device = await elsewhere.newPage()
    await signIn(device, 'liam')
    await signIn(page, 'liam')
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__manageAccount').click()
    await press(page.getByRole('button', { name: 'Security' }))
    await page.getByText('This device').waitFor()
    // This device comes first and has no menu; then the newest.
    await page.locator('.cl-menuButtonEllipsis').first().click()
    await page.getByText('Sign out of device').click()
    await expect
      .poll(
        async () => {
          await device.reload()
          return device.getByRole('link', { name: 'Sign in' }).isVisible()
        },
        { timeout: 20_000 },
      )
      .toBe(true)
    await elsewhere.close()
  })
})

describe('the admin pages', () => {
  it('show the deliveries to an admin, and no link to a user', async () => {
    await signIn(page, 'admin')
    await page.getByRole('link', { name: 'Sync' }).click()
    await page.getByText('user.created').first().waitFor()
    expect((await page.request.get(`${server.url}/api/admin/deliveries`)).status()).toBe(200)

    const other = await browser.newContext()
    const user = await other.newPage()
    await signIn(user, 'mia')
    expect(await user.getByRole('link', { name: 'Sync' }).count()).toBe(0)
    expect((await user.request.get(`${server.url}/api/admin/deliveries`)).status()).toBe(403)
    expect((await user.goto(`${server.url}/admin/sync`))?.status()).toBe(403)
    await other.close()
    expect((await fetch(`${server.url}/api/admin/deliveries`)).status).toBe(401)
  })
})

describe('the account, in Clerk\'s <UserProfile>', () => {
  const openAccount = async () => {
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__manageAccount').click()
    await page.getByText('Profile details').waitFor()
  }

  it('changes name, username, picture, email and password', async () => {
    const { id, email } = await signUp(page)
    const user = async () => (await server.control(`/users?query=${id}`)).users[0]
    await openAccount()

    await press(page.getByRole('button', { name: 'Update profile' }))
    await page.locator('input[name=firstName]').fill('Nora')
    await page.locator('input[name=lastName]').fill('New')
    await press(page.locator('.cl-modalContent').getByRole('button', { name: 'Save' }))
    await expect.poll(user).toMatchObject({ name: 'Nora New' })
    await page.locator('input[name=firstName]').waitFor({ state: 'hidden' })

    await press(page.getByRole('button', { name: 'Update profile' }))
    await page.locator('input[name=firstName]').waitFor()
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    await page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: png })
    await expect
      .poll(async () => (await fetch(`${server.url}/__clerk/images/${id}`)).headers.get('content-type'))
      .toBe('image/png')
    // The form closes itself.
    await page.locator('input[name=firstName]').waitFor({ state: 'hidden' })

    await press(page.getByRole('button', { name: 'Set username' }))
    await page.locator('input[name=username]').fill('ada')
    await press(page.locator('.cl-modalContent').getByRole('button', { name: 'Save' }))
    await formError('That username is taken')
    await page.locator('input[name=username]').fill(`nora_${count}`)
    await press(page.locator('.cl-modalContent').getByRole('button', { name: 'Save' }))
    await page.getByText(`nora_${count}`).first().waitFor()

    await press(page.getByRole('button', { name: 'Add email address' }))
    await page.locator('input[name=emailAddress]').fill(`second-${email}`)
    await press(page.getByRole('button', { name: 'Add', exact: true }))
    await page.getByText('Verify email address').waitFor()
    await page.keyboard.type('424242')
    await page.getByText('Verify email address').waitFor({ state: 'hidden' })
    // Each address has a menu in its own row; the rows trade places when the primary one changes.
    const rowOf = (address: string) =>
      page
        .locator('.cl-modalContent')
        .getByText(address, { exact: true })
        .locator('xpath=ancestor::*[.//*[contains(@class, "cl-menuButtonEllipsis")]][1]')
    const choose = async (address: string, item: string) => {
      await rowOf(address).locator('.cl-menuButtonEllipsis').click()
      // It takes the focus when it is open.
      await page.locator('[role=menu]:focus').waitFor()
      await press(page.getByRole('menuitem', { name: item }))
    }
    await choose(`second-${email}`, 'Set as primary')
    await rowOf(`second-${email}`).getByText('Primary').waitFor()
    await expect.poll(user).toMatchObject({ email: `second-${email}` })
    await choose(email, 'Remove email')
    await press(page.getByRole('button', { name: 'Remove' }).last())
    await page.locator('.cl-modalContent').getByText(email, { exact: true }).waitFor({ state: 'hidden' })
    await expect.poll(user).toMatchObject({ email: `second-${email}` })

    await press(page.getByRole('button', { name: 'Security' }))
    await page.getByText('This device').waitFor()
    await press(page.getByRole('button', { name: 'Update password' }))
    // Clerk does not ask for the old password when the session was verified recently.
    await page.locator('input[name=newPassword]').fill('a better password')
    await page.locator('input[name=confirmPassword]').fill('a better password')
    await press(page.locator('.cl-modalContent').getByRole('button', { name: 'Save' }))
    await page.locator('input[name=newPassword]').waitFor({ state: 'hidden' })
    const signsIn = (password: string) =>
      fetch(`${server.url}/__clerk/v1/client/sign_ins`, {
        method: 'POST',
        body: new URLSearchParams({ identifier: `second-${email}`, password, strategy: 'password' }),
      })
    expect([(await signsIn('a good password')).status, (await signsIn('a better password')).status]).toEqual([422, 200])

    await expect.poll(() => stored.profiles.findOne({ clerk_id: id })).toMatchObject({ clerk_id: id })
    await expect
      .poll(() => stored.deliveries.countDocuments({ clerk_id: id, type: 'user.updated', outcome: 'applied' }))
      .toBeGreaterThanOrEqual(6)
  })

  it('deletes the account: the profile is erased, and a remaining token gets 410 on writes', async () => {
    const { id } = await signUp(page)
    const edit = await page.request.patch(`${server.url}/api/me`, { data: { bio: 'Soon gone' } })
    expect([edit.status(), await edit.json()]).toEqual([
      200,
      { birthday: null, country: null, bio: 'Soon gone', visibility: 'private', birthday_visibility: 'private' },
    ])
    await expect.poll(() => stored.profiles.findOne({ clerk_id: id })).toMatchObject({ bio: 'Soon gone' })
    const token = (await context.cookies()).find(({ name }) => name === '__session')!.value

    await openAccount()
    await press(page.getByRole('button', { name: 'Security' }))
    await press(page.getByRole('button', { name: 'Delete account' }))
    await page.locator('input[name=deleteConfirmation]').fill('Delete account')
    await press(page.getByRole('button', { name: 'Delete account' }).last())
    await page.waitForURL(`${server.url}/`)
    await page.getByRole('link', { name: 'Sign in' }).waitFor()

    await expect.poll(() => stored.profiles.findOne({ clerk_id: id })).toMatchObject({ deleted_at: expect.any(Date) })
    expect(await stored.profiles.findOne({ clerk_id: id })).not.toHaveProperty('bio')
    const write = await fetch(`${server.url}/api/me`, {
      method: 'PATCH',
      body: '{"bio":"Back"}',
      headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
    })
    expect(write.status).toBe(410)
    expect(await stored.profiles.findOne({ clerk_id: id })).not.toHaveProperty('bio')
  })
})

describe('PATCH /api/me', () => {
  it('explains each invalid field, and rejects unknown fields by name', async () => {
    await signIn(page, 'mia')
    const patch = async (data: object) => {
      const response = await page.request.patch(`${server.url}/api/me`, { data })
      return [response.status(), await response.json()]
    }
    expect(await patch({ birthday: '2025-02-29', country: 'Atlantis' })).toEqual([
      422,
      expect.objectContaining({
        data: {
          fields: { birthday: [expect.any(String)], country: [expect.any(String)] },
          issues: [
            expect.objectContaining({ path: 'birthday', code: 'invalid_date' }),
            expect.objectContaining({ path: 'country', code: 'country_unknown' }),
          ],
        },
      }),
    ])
    expect(await patch({ shoe: 42 })).toEqual([
      422,
      expect.objectContaining({ message: expect.stringContaining('shoe') }),
    ])
    expect(await patch({ bio: null })).toEqual([200, expect.objectContaining({ bio: null, country: 'DE' })])
    expect(await stored.profiles.findOne({ clerk_id: 'user_789' })).toMatchObject({ bio: null, country: 'DE' })
  })
})

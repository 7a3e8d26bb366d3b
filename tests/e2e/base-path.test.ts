import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { call } from '../support/api.ts'
import { fillSignIn, signIn, signUp, useApp, userButton } from '../support/people.ts'
import { settle, watch } from '../support/visit.ts'
import type { Complaints } from '../support/visit.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'

// The server's address includes the path: a request outside it counts as one to another site.
const app = useApp({ NUXT_APP_BASE_URL: '/some/app/' })
let page: Page
let complaints: Complaints
const at = (path: string) => app.server.url + path
/** The pictures on the page that have loaded. */
const pictures = () =>
  page.evaluate(() => [
    ...new Set([...document.images].filter(({ naturalWidth }) => naturalWidth > 0).map(({ src }) => src)),
  ])

beforeAll(async () => {
  page = await app.newPage()
  complaints = await watch(page, app.server.url)
})

describe('the app below a path', () => {
  it('signs in and returns to the requested page', async () => {
    await page.goto(at('/profile'))
    await page.waitForURL(at('/sign-in?redirect_url=/profile'))
    expect(await page.getByRole('link', { name: 'Sign up' }).last().getAttribute('href')).toContain('/some/app/sign-up')
    await fillSignIn(page, 'ada')
    await page.waitForURL(at('/profile'))
  })

  it('saves the profile and shows it again', async () => {
    await settle(page)
    await page.getByRole('textbox', { name: 'Bio' }).fill('Below a path.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Profile saved', { exact: true }).waitFor()
    await page.reload()
    expect(await page.getByRole('textbox', { name: 'Bio' }).inputValue()).toBe('Below a path.')
    expect((await app.stored.profiles.findOne({ clerk_id: 'user_123' }))?.bio).toBe('Below a path.')
    await expect.poll(pictures).toEqual([at('/favicon.svg'), at('/__clerk/images/user_123')])
  })

  it('accepts webhooks from Local Clerk and from others', async () => {
    const { stored } = app
    await expect
      .poll(() =>
        stored.profiles.countDocuments({ clerk_id: { $in: ['user_123', 'user_456', 'user_789', 'user_admin'] } }),
      )
      .toBe(4)
    const sent = message(userEvent('user.created', 'user_below', Date.now()))
    const headers = sign(sent, { secrets: app.server.keys().webhookSecrets() })
    expect((await deliver(app.server.webhooks, sent, headers)).status).toBe(200)
    expect(await stored.profiles.countDocuments({ clerk_id: 'user_below' })).toBe(1)
  })

  it('signs out to its home page', async () => {
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__signOut').click()
    await page.waitForURL(at('/'))
    await page.getByRole('link', { name: 'Sign up' }).first().click()
    await page.waitForURL(at('/sign-up'))
  })

  it('signs up by way of the welcome page to the requested page', async () => {
    await signUp(page, app.server.url, { query: '?redirect_url=/people' })
    expect(page.url()).toBe(at('/welcome?redirect_url=/people'))
    await page.getByRole('link', { name: 'Skip for now' }).click()
    await page.waitForURL(at('/people'))
  })

  it('links an admin from page to page, with every kind of link', async () => {
    await page.context().clearCookies()
    await signIn(page, app.server.url, 'admin')
    await page.goto(at('/admin/insights'))
    await settle(page)
    await page
      .getByRole('link', { name: /Canada/ })
      .first()
      .click()
    await page.waitForURL(at('/admin/users?country=CA'))
    await page.getByRole('link', { name: 'Liam Tremblay' }).click()
    await page.waitForURL(at('/admin/users/user_456'))
    expect(await page.getByRole('link', { name: /Clerk/ }).last().getAttribute('href')).toBe('/some/app/__clerk/')
    await page.goto(at('/__clerk/'))
    await page.getByText(/users, queue empty/).waitFor()
  })

  it('returns to the same page when Clerk renews an expired session token', async () => {
    const context = page.context()
    for (const { name } of await context.cookies()) {
      if (name.startsWith('__session')) await context.clearCookies({ name })
    }
    await page.goto(at('/admin/users'))
    expect(page.url()).toBe(at('/admin/users'))
    await page.getByRole('link', { name: 'Liam Tremblay' }).waitFor()
  })

  it('answers as at the root: errors, methods, the API document', async () => {
    expect(await call(app.server.url, 'GET', '/api/me')).toMatchObject({ status: 401, body: { statusCode: 401 } })
    expect(await call(app.server.url, 'POST', '/profile')).toMatchObject({ status: 405 })
    expect(await call(app.server.url, 'DELETE', '/api/me')).toMatchObject({ status: 405 })
    expect((await call(new URL(app.server.url).origin, 'GET', '/api/me')).status).toBe(404)
    expect((await call(app.server.url, 'GET', '/nothing')).status).toBe(404)
  })

  it('requests nothing outside its own path', () => {
    expect(complaints).toEqual({ foreign: [], errors: [] })
  })
})

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { signIn, useApp, userButton } from '../support/people.ts'
import { settle, violations } from '../support/visit.ts'

const app = useApp()
const host = () => new URL(app.server.url).host
const scripts = '**/__clerk/npm/**'
const explained = (page: Page, title: string) =>
  page
    .getByRole('alert')
    .filter({ hasText: `${title} is unavailable` })
    .filter({ hasText: host() })
    .waitFor()

/** Advances the clock beyond the page's wait. */
async function wait(page: Page): Promise<void> {
  await settle(page)
  await page.clock.fastForward(6_000)
}

describe('when Clerk\'s scripts do not load', () => {
  it.each([
    ['are blocked', 'Sign in', '/sign-in', scripts, false],
    ['are blocked', 'Sign up', '/sign-up', scripts, false],
    ['never answer', 'Sign in', '/sign-in', scripts, true],
    ['load without components', 'Sign in', '/sign-in', '**/@clerk/ui@*/**', false],
    ['load without Clerk\'s API', 'Sign in', '/sign-in', '**/__clerk/v1/**', true],
  ])('because they %s, the page for "%s" names the host and offers a retry', async (...scene) => {
    const [, title, path, pattern, isStalled] = scene
    const page = await app.newPage()
    // An unanswered request hangs, as one that a firewall drops.
    await page.route(pattern, route => (isStalled ? undefined : route.abort()))
    await page.clock.install()
    // A script that never answers can hold back the page's load event for ever.
    await page.goto(app.server.url + path, { waitUntil: 'commit' })
    await wait(page)
    await explained(page, title)
    expect(await page.getByText(/^Loading/).count()).toBe(0)
    expect(await violations(page)).toEqual([])
    await page.unroute(pattern)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('.cl-rootBox input').first().waitFor()
    expect(await page.getByRole('alert').filter({ hasText: 'unavailable' }).count()).toBe(0)
  })

  it('the header of a signed-in page links to the reason', async () => {
    const page = await app.newPage()
    await signIn(page, app.server.url, 'ada')
    await page.route(scripts, route => route.abort())
    await page.clock.install()
    await page.goto(`${app.server.url}/profile`)
    await wait(page)
    const hint = page.getByRole('banner').getByRole('link', { name: 'Sign-in is unavailable' })
    await hint.waitFor()
    expect(await violations(page)).toEqual([])
    await hint.click()
    await page.waitForURL('**/sign-in')
    await wait(page)
    await explained(page, 'Sign in')
  })

  it('the page shows no such message when they load', async () => {
    const page = await app.newPage()
    await signIn(page, app.server.url, 'ada')
    await page.goto(`${app.server.url}/profile`)
    await userButton(page).waitFor()
    expect(await page.getByText('is unavailable').locator('visible=true').count()).toBe(0)
  })
})

describe('without JavaScript', () => {
  it.each(['/sign-in', '/sign-up'])('%s says that signing in needs JavaScript', async (path) => {
    const page = await app.newPage({ javaScriptEnabled: false })
    await page.goto(app.server.url + path)
    await page.locator('noscript p').filter({ hasText: 'Signing in needs JavaScript' }).waitFor()
    expect(await page.getByText(/^\s*Loading/).isVisible()).toBe(false)
  })

  it('the header of a signed-in page says so, too', async () => {
    const signedIn = await app.newPage()
    await signIn(signedIn, app.server.url, 'ada')
    const storageState = await signedIn.context().storageState()
    await signedIn.context().close()
    const page = await app.newPage({ storageState, javaScriptEnabled: false })
    await page.goto(`${app.server.url}/profile`)
    await page.getByRole('banner').getByRole('link', { name: 'Sign-in is unavailable' }).click()
    await page.locator('noscript p').filter({ hasText: 'Signing in needs JavaScript' }).waitFor()
  })
})

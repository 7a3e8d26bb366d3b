import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { signOut } from '../support/accounts.ts'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { clerkIn } from './support/session.ts'
import { button, field, fillInstantly, identifierField, link } from './support/steps.ts'

const from = 'oauth-flows'
const google = (page: Page) => button(page, /Google/)

/** Says on the provider's page, which Local Clerk plays, who one is there. */
async function agree(page: Page, email: string): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in with Google' }).waitFor()
  await field(page, 'Email address').fill(email)
  await button(page, /^Continue$/).click()
}

/** Follows the button for Google on a page, as somebody at Google. */
async function goToGoogle({ page, open }: Visit, path: string, email: string): Promise<void> {
  await open(path)
  await google(page).click()
  await agree(page, email)
}

/** Opens a dialog of the app, and follows Google's button there. */
async function goToGoogleFrom({ page, open }: Visit, name: string): Promise<void> {
  await open('/buttons')
  await button(page, name).click()
  await page.getByRole('dialog').waitFor()
  await google(page).click()
}

/** @returns where the provider is asked to come back to, once Google's button is followed */
async function returnAddress({ page }: Visit): Promise<URL> {
  const request = page.waitForRequest(request => /\/v1\/client\/sign_ins(\?|$)/.test(request.url()))
  await google(page).click()
  return new URL(new URLSearchParams((await request).postData() ?? '').get('redirect_url')!)
}

flows('Social sign-in', { settings: { social: ['google'] } }, ({ flow }) => {
  flow('signs up with a provider', from, async (visit) => {
    const { email } = visit.stranger()
    await goToGoogle(visit, '/sign-up', email)
    await visit.page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit)
    const { userId } = await visit.auth()
    expect(await visit.clerk.users.getUser(userId!)).toMatchObject({
      primaryEmailAddress: { emailAddress: email },
      externalAccounts: [{ provider: 'oauth_google', emailAddress: email }],
    })
  })

  flow('signs in with a provider', from, async (visit) => {
    const user = await visit.user()
    await goToGoogle(visit, '/sign-in', user.email)
    await visit.page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })

  flow('signs in from a dialog', from, async (visit) => {
    const user = await visit.user()
    await goToGoogleFrom(visit, 'Sign in (force)')
    await agree(visit.page, user.email)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit, user.id)
  })

  flow('comes back to the page for signing in from a dialog', from, async (visit) => {
    await visit.open('/buttons')
    await (await clerkIn(visit.page)).evaluate(clerk => clerk.openSignIn({ forceRedirectUrl: '/protected' }))
    await visit.page.getByRole('dialog').waitFor()
    const { pathname, hash, origin } = await returnAddress(visit)
    expect({ pathname, origin }).toEqual({ pathname: '/sign-in', origin: visit.app.url })
    expect(hash).toMatch(/^#\/sso-callback/)
  })

  flow('signs up from a dialog', from, async (visit) => {
    await goToGoogleFrom(visit, 'Sign up (force)')
    await agree(visit.page, visit.stranger().email)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit)
  })

  flow('goes where a sign-in leads when who signs up has an account', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/buttons')
    await (await clerkIn(page)).evaluate(clerk =>
      clerk.openSignIn({ forceRedirectUrl: '/?from=signin', signUpForceRedirectUrl: '/?from=signup' }))
    await link(page.getByRole('dialog'), 'Sign up').click()
    await google(page).click()
    await agree(page, user.email)
    await page.waitForURL('/?from=signin')
    await expectSignedIn(visit, user.id)
  })

  flow('signs in by a popup', from, async (visit) => {
    const user = await visit.user()
    const popup = visit.context.waitForEvent('page')
    await goToGoogleFrom(visit, 'Sign in (popup)')
    await agree(await popup, user.email)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit, user.id)
  })

  flow('begins again after a visit to the provider that was abandoned', 'custom-flows/oauth', async (visit) => {
    const user = await visit.user()
    const { page } = visit
    let isFirst = true
    await page.route('**/social/google*', async (route) => {
      if (isFirst) await route.abort('aborted')
      else await route.continue()
      isFirst = false
    })
    const isSignIn = (url: string) => /\/v1\/client\/sign_ins(\?|$)/.test(url)
    await visit.open('/custom-flows/sign-in')
    const abandoned = page.waitForEvent('requestfailed')
    await button(page, 'Sign in with Google').click()
    await abandoned
    const again = page.waitForRequest(request => isSignIn(request.url()))
    await button(page, 'Sign in with Google').click()
    await again
    await agree(page, user.email)
    await page.waitForURL('/protected')
    await expectSignedIn(visit, user.id)
  }, { on: 'next' })
})

flows('Social sign-in where one can sign up', {
  settings: { social: ['google'] },
  options: { signUpUrl: undefined },
}, ({ flow }) => {
  flow('comes back to the step for new users', from, async (visit) => {
    await visit.open('/sign-in')
    const { pathname } = await returnAddress(visit)
    expect(pathname).toBe('/sign-in/create/sso-callback')
  })
})

flows('Social sign-in with consent', { settings: { social: ['google'], legal_consent: true } }, ({ flow }) => {
  async function consent({ page }: Visit): Promise<void> {
    await page.getByRole('heading', { name: 'Legal consent' }).waitFor()
    await page.getByRole('checkbox').check()
    await button(page, /^Continue$/).click()
  }

  flow('asks who is new for consent after the provider', from, async (visit) => {
    await goToGoogle(visit, '/sign-in', visit.stranger().email)
    await consent(visit)
    await visit.page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit)
  })

  flow('asks who is new for consent after a dialog', from, async (visit) => {
    await goToGoogleFrom(visit, 'Sign in (force)')
    await agree(visit.page, visit.stranger().email)
    await consent(visit)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit)
  })
})

flows('Last used way to sign in', { settings: { social: ['google', 'github', 'discord'] } }, ({ flow }) => {
  const last = 'last-authentication-strategy'
  const badge = (page: Page) => page.getByText('Last used')

  async function signOutAndReturn(visit: Visit, path: string): Promise<void> {
    await visit.page.getByText('You are signed in').waitFor()
    await signOut(visit.page)
    await expectSignedOut(visit)
    await visit.open(path)
    await google(visit.page).waitFor()
  }

  flow('has no badge in a new browser', last, async (visit) => {
    await visit.open('/sign-in')
    await google(visit.page).waitFor()
    expect(await badge(visit.page).count()).toBe(0)
    expect(await visit.page.locator('.cl-socialButtons').count()).toBe(1)
  })

  flow('puts the provider that was used last first, with a badge', last, async (visit) => {
    const user = await visit.user()
    await goToGoogle(visit, '/sign-in', user.email)
    await signOutAndReturn(visit, '/sign-in')
    await badge(visit.page).first().waitFor()
    const rows = visit.page.locator('.cl-socialButtons')
    expect(await rows.count()).toBe(2)
    expect(await rows.first().getByRole('button').count()).toBe(1)
    expect(await rows.last().getByRole('button').count()).toBe(2)
  })

  flow('has no badge after a password where there are several identifiers', last, async (visit) => {
    const user = await visit.user()
    await visit.open('/sign-in')
    await identifierField(visit.page).waitFor()
    await fillInstantly(visit.page, user.email, user.password)
    await signOutAndReturn(visit, '/sign-in')
    expect(await visit.page.locator('.cl-socialButtons').count()).toBe(1)
  })

  flow('has no badge on the sign-up', last, async (visit) => {
    const user = await visit.user()
    await goToGoogle(visit, '/sign-in', user.email)
    await signOutAndReturn(visit, '/sign-up')
    expect(await badge(visit.page).count()).toBe(0)
  })
})

import { expect } from 'vitest'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import {
  button, enterCode, enterIdentifier, enterPassword, field, fillInstantly, fillSignUp, identifierField, link,
  openUserMenu, optionalField, submitSignUp,
} from './support/steps.ts'

const from = 'sign-in-or-up-flow'

/** Signs up where people sign in, with an identifier that nobody has. */
async function signUpAtSignIn({ page, open }: Visit, email: string, password: string): Promise<void> {
  await open('/sign-in')
  await enterIdentifier(page, email)
  await page.waitForURL(/\/sign-in\/create/)
  expect(await field(page, 'Email address').inputValue()).toBe(email)
  await fillSignUp(page, { password })
  await enterCode(page, () => submitSignUp(page))
}

// Without a page for new users, the page for signing in is for them, too.
flows('Sign-in or sign-up', { options: { signUpUrl: undefined } }, ({ flow }) => {
  flow('has one form for both', from, async (visit) => {
    await visit.open('/sign-in')
    await identifierField(visit.page).waitFor()
    await visit.page.getByText('Continue to Addendum').first().waitFor()
    expect(await visit.page.getByText('Don’t have an account?').count()).toBe(0)
  })

  flow('has one form for both where a component asks for it', 'sign-in-or-up-component', async (visit) => {
    await visit.open('/sign-in-or-up')
    await visit.page.getByText('Continue to Addendum').first().waitFor()
  })

  flow('signs in a user with an email address and a password', from, async (visit) => {
    const user = await visit.user()
    await visit.open('/sign-in')
    await enterIdentifier(visit.page, user.email)
    await enterPassword(visit.page, user.password)
    await expectSignedIn(visit, user.id)
  })

  flow('signs in a user with an emailed code, in a dialog', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/buttons')
    await button(page, 'Sign in or up').click()
    await page.getByRole('dialog').waitFor()
    await enterIdentifier(page, user.email)
    await link(page, 'Use another method').click()
    await enterCode(page, () => button(page, /^Email code to/).click())
    await expectSignedIn(visit, user.id)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  flow('signs up who is unknown, with the address that was entered', from, async (visit) => {
    const { email, password } = visit.stranger()
    await signUpAtSignIn(visit, email, password)
    await expectSignedIn(visit)
  })

  flow('signs up with a username in a dialog', from, async (visit) => {
    const { email, username, password } = visit.stranger()
    const { page } = visit
    await visit.open('/buttons')
    await button(page, 'Sign in or up').click()
    await page.getByRole('dialog').waitFor()
    await enterIdentifier(page, username)
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await expectSignedIn(visit)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  flow('signs up, out and in again', from, async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await signUpAtSignIn(visit, email, password)
    await page.getByText('You are signed in').waitFor()
    const { userId } = await visit.auth()
    await openUserMenu(page)
    await button(page, 'Sign out').click()
    await page.getByText('You are signed out').waitFor()
    await visit.open('/sign-in')
    await fillInstantly(page, email, password)
    await expectSignedIn(visit, userId!)
  })

  flow('shows the form for new users to who comes with a ticket to sign up', from, async (visit) => {
    const { page } = visit
    await visit.open('/sign-in?__clerk_ticket=123&__clerk_status=sign_up')
    await page.waitForURL(/\/sign-in\/create\?.*__clerk_ticket=123/)
    await page.getByText('Create your account').first().waitFor()
  })

  flow('stores the metadata that the app gives with a sign-up', 'unsafeMetadata', async (visit) => {
    const { email, username, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-in-or-up')
    await enterIdentifier(page, username)
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await expectSignedIn(visit)
    const { userId } = await visit.auth()
    const { unsafeMetadata } = await visit.clerk.users.getUser(userId!)
    expect(unsafeMetadata).toEqual({ position: 'goalie' })
  })
})

// Clerk's form for new users asks only for what is required.
flows('Sign-in or sign-up with usernames', {
  settings: { username: 'required' },
  options: { signUpUrl: undefined },
}, ({ flow }) => {
  flow('signs up with the username that was entered', from, async (visit) => {
    const { email, username, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, username)
    await page.waitForURL(/\/sign-in\/create/)
    expect(await optionalField(page, 'Username').inputValue()).toBe(username)
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await expectSignedIn(visit)
    const { userId } = await visit.auth()
    expect(await visit.clerk.users.getUser(userId!)).toMatchObject({ username })
  })
})

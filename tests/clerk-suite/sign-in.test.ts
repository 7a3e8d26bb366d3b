import { expect } from 'vitest'
import { submitClerk } from '../support/people.ts'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import {
  button, enterCode, enterIdentifier, enterPassword, field, fillInstantly, identifierField, link, signInWithPassword,
} from './support/steps.ts'

const from = 'sign-in-flow'

flows('Sign-in', { settings: { phone_number: 'on' } }, ({ flow }) => {
  flow('signs in with an email address and a password', from, async (visit) => {
    const user = await visit.user()
    await signInWithPassword(visit.page, user)
    await visit.page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })

  flow('signs in with both filled in at once, as a password manager does', from, async (visit) => {
    const user = await visit.user()
    await visit.open('/sign-in')
    await fillInstantly(visit.page, user.email, user.password)
    await visit.page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })

  flow('signs in in a dialog, which closes', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/buttons')
    await button(page, 'Sign in (force)').click()
    await page.getByRole('dialog').waitFor()
    await fillInstantly(page, user.email, user.password)
    await page.getByRole('heading', { name: 'Protected' }).waitFor()
    await expectSignedIn(visit, user.id)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  flow('signs in with an emailed code', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await link(page, 'Use another method').click()
    await enterCode(page, () => button(page, /^Email code to/).click())
    await expectSignedIn(visit, user.id)
  })

  flow('signs in with a phone number and a password', from, async (visit) => {
    const user = await visit.user({ withPhone: true })
    const { page } = visit
    await visit.open('/sign-in')
    await link(page, /^Use phone/).click()
    await fillInstantly(page, user.phone, user.password)
    await expectSignedIn(visit, user.id)
  })

  flow('signs in with a phone number alone, by a code', from, async (visit) => {
    const user = await visit.user({ withPhone: true, withoutPassword: true })
    const { page } = visit
    await visit.open('/sign-in')
    await link(page, /^Use phone/).click()
    await identifierField(page).fill(user.phone)
    await enterCode(page, () => submitClerk(page))
    await expectSignedIn(visit, user.id)
  })

  flow('signs in with a username and a password', from, async (visit) => {
    const user = await visit.user({ withUsername: true })
    await visit.open('/sign-in')
    await enterIdentifier(visit.page, user.username)
    await enterPassword(visit.page, user.password)
    await expectSignedIn(visit, user.id)
  })

  flow('chooses a new password after forgetting it', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await link(page, 'Forgot password?').click()
    await enterCode(page, () => button(page, 'Reset your password').click())
    await field(page, 'New password').fill('another good password')
    await field(page, 'Confirm password').fill('another good password')
    await button(page, 'Reset Password').press('Enter')
    await expectSignedIn(visit, user.id)
    const { verified } = await visit.clerk.users.verifyPassword({ userId: user.id, password: 'another good password' })
    expect(verified).toBe(true)
  })

  flow('rejects a wrong password', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await enterPassword(page, 'a wrong password')
    await page.getByText(/password is incorrect/i).first().waitFor()
    await expectSignedOut(visit)
  })

  flow('signs in with a code after a wrong password', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await enterPassword(page, 'a wrong password')
    await page.getByText(/password is incorrect/i).first().waitFor()
    await link(page, 'Use another method').click()
    await enterCode(page, () => button(page, /^Email code to/).click())
    await expectSignedIn(visit, user.id)
  })
})

// Otherwise a browser may have several accounts, and the second tab would add one.
flows('Sign-in in two tabs', { settings: { single_session_mode: true, social: ['google'] } }, ({ flow }) => {
  /** Signs in in the first tab while the second shows its form. */
  async function signInBeside(visit: Visit) {
    const user = await visit.user()
    const second = await visit.context.newPage()
    await second.goto('/sign-in')
    await identifierField(second).waitFor()
    await signInWithPassword(visit.page, user)
    await expectSignedIn(visit, user.id)
    return { user, second }
  }

  flow('is signed in in the second tab after its form was sent', from, async (visit) => {
    const { user, second } = await signInBeside(visit)
    await enterIdentifier(second, user.email)
    await second.getByText('You are signed in').waitFor()
    await expectSignedIn({ ...visit, page: second }, user.id)
  })

  flow('is signed in in the second tab after its button for a provider', 'oauth-flows', async (visit) => {
    const { user, second } = await signInBeside(visit)
    await button(second, /Google/).click()
    await second.getByText('You are signed in').waitFor()
    await expectSignedIn({ ...visit, page: second }, user.id)
  })
})

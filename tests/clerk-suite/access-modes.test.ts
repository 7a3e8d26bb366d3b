import { expect } from 'vitest'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import {
  button, enterIdentifier, field, fillSignUp, identifierField, link, signInWithPassword, submitSignUp,
} from './support/steps.ts'

/** Opens an invitation's link and signs up with a password: the link has verified the address. */
async function signUpInvited(visit: Visit): Promise<void> {
  const { email, password } = visit.stranger()
  const { page } = visit
  const { url } = await visit.clerk.invitations.createInvitation({
    emailAddress: email,
    redirectUrl: `${visit.app.url}/sign-up`,
  })
  await page.goto(url!)
  await field(page, 'Password').waitFor()
  await fillSignUp(page, { password })
  await submitSignUp(page)
  await expectSignedIn(visit)
  const { userId } = await visit.auth()
  expect(await visit.clerk.users.getUser(userId!)).toMatchObject({ primaryEmailAddress: { emailAddress: email } })
}

async function showProfile(visit: Visit): Promise<void> {
  const user = await visit.user()
  await signInWithPassword(visit.page, user)
  await expectSignedIn(visit, user.id)
  await visit.open('/user')
  await visit.page.getByText(user.email).first().waitFor()
}

async function refuseStranger({ page, open }: Visit): Promise<void> {
  await open('/sign-up')
  await page.getByText('Access restricted').first().waitFor()
  await link(page, 'Sign in').click()
  await page.waitForURL(/\/sign-in/)
  await identifierField(page).waitFor()
}

flows('Restricted mode', { settings: { sign_up_mode: 'restricted' } }, ({ flow }) => {
  flow('signs in a user who exists, and shows the profile', 'restricted-mode', showProfile)
  flow('lets nobody sign up, and leads back to the sign-in', 'restricted-mode', refuseStranger)
  flow('signs up who is invited', 'restricted-mode', signUpInvited)

  flow('creates no account on the page for signing in', 'sign-in-or-up-restricted-mode', async (visit) => {
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, visit.stranger().email)
    await page.getByText(/Couldn't find your account/).first().waitFor()
    expect(await page.getByText('Continue to Addendum').count()).toBe(0)
  })
})

flows('Waitlist', { settings: { sign_up_mode: 'waitlist' } }, ({ flow }) => {
  flow('signs in a user who exists, and shows the profile', 'waitlist-mode', showProfile)

  flow('lets nobody sign up, and leads back to the sign-in', 'waitlist-mode', refuseStranger)

  flow('signs up who is invited', 'waitlist-mode', signUpInvited)

  flow('joins the waitlist', 'waitlist-mode', async (visit) => {
    const { email } = visit.stranger()
    const { page } = visit
    await visit.open('/waitlist')
    await page.getByRole('heading', { name: 'Join the waitlist' }).waitFor()
    await field(page, 'Email address').fill(email)
    await button(page, 'Join the waitlist').click()
    await page.getByText('Thanks for joining the waitlist!').waitFor()
    const { data } = await visit.clerk.waitlistEntries.list({ query: email })
    expect(data).toMatchObject([{ emailAddress: email, status: 'pending' }])
  })

  flow('goes from the sign-in to the waitlist and back', 'waitlist-mode', async (visit) => {
    const { page } = visit
    await visit.open('/sign-in')
    await link(page, 'Join waitlist').click()
    await page.waitForURL(/\/waitlist/)
    await page.getByRole('heading', { name: 'Join the waitlist' }).waitFor()
    await link(page, 'Sign in').click()
    await page.waitForURL(/\/sign-in/)
    await identifierField(page).waitFor()
  })

  flow('joins the waitlist in a form of the app\'s own', 'custom-flows/waitlist', async (visit) => {
    const { email } = visit.stranger()
    const { page } = visit
    await visit.open('/custom-flows/waitlist')
    await field(page, 'Email address').fill(email)
    await button(page, 'Join the waitlist').click()
    await page.getByText('You are on the waitlist').waitFor()
  }, { on: 'next' })

  flow('says in the app\'s own form that an address is none', 'custom-flows/waitlist', async (visit) => {
    const { page } = visit
    await visit.open('/custom-flows/waitlist')
    await field(page, 'Email address').fill('no-address@example')
    await button(page, 'Join the waitlist').click()
    await expect.poll(() => page.getByRole('alert').first().textContent()).toMatch(/email/i)
  }, { on: 'next' })

  flow('disables the app\'s own button while it joins', 'custom-flows/waitlist', async (visit) => {
    const { page } = visit
    // The answer waits until the button has been seen.
    const seen = Promise.withResolvers<undefined>()
    await page.route('**/v1/waitlist*', async (route) => {
      await seen.promise
      await route.continue()
    })
    await visit.open('/custom-flows/waitlist')
    await field(page, 'Email address').fill(visit.stranger().email)
    await button(page, 'Join the waitlist').click()
    await expect.poll(() => button(page, 'Join the waitlist').isDisabled()).toBe(true)
    seen.resolve(undefined)
    await page.getByText('You are on the waitlist').waitFor()
  }, { on: 'next' })
})

import { expect } from 'vitest'
import { consent, submitClerk } from '../support/people.ts'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import {
  button, enterCode, fillInstantly, fillSignUp, openUserMenu, submitSignUp, typeCode,
} from './support/steps.ts'

const from = 'sign-up-flow'

flows('Sign-up', {}, ({ flow }) => {
  flow('signs up with an email address and a password', from, async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await page.getByText('You are signed in').waitFor()
    const { userId } = await visit.auth()
    expect(await visit.clerk.users.getUser(userId!)).toMatchObject({
      primaryEmailAddress: { emailAddress: email, verification: { status: 'verified' } },
    })
  })

  flow('rejects a password that is too short', from, async (visit) => {
    const { email } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password: '12345' })
    await submitSignUp(page)
    await page.getByText(/your password must contain \d+ or more characters/i).first().waitFor()
    await expectSignedOut(visit)
  })

  flow('signs up in a dialog, which closes', from, async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/buttons')
    await button(page, 'Sign up (fallback)').click()
    await page.getByRole('dialog').waitFor()
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await page.getByRole('heading', { name: 'Protected' }).waitFor()
    await expectSignedIn(visit)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  flow('signs up, out and in again', from, async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await page.getByText('You are signed in').waitFor()
    const { userId } = await visit.auth()
    await openUserMenu(page)
    await button(page, 'Sign out').click()
    await page.getByText('You are signed out').waitFor()
    await expectSignedOut(visit)
    await visit.open('/sign-in')
    await fillInstantly(page, email, password)
    await expectSignedIn(visit, userId!)
  })

  flow('sends no second code when the page for the first is reloaded', 'email-code', async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password })
    const sent = page.waitForResponse(/prepare_verification/)
    await submitSignUp(page)
    await sent
    await page.getByRole('heading', { name: 'Verify your email' }).waitFor()
    const sentAgain: string[] = []
    page.on('request', request => /prepare_verification/.test(request.url()) && sentAgain.push(request.url()))
    await page.reload()
    await typeCode(page)
    await expectSignedIn(visit)
    expect(sentAgain).toEqual([])
  })
})

// Clerk's form for new users asks only for what is required.
flows('Sign-up with a phone number', { settings: { phone_number: 'required' } }, ({ flow }) => {
  flow('signs up with a phone number too, and verifies both', from, async (visit) => {
    const { email, phone, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, phone, password })
    const emailed = page.waitForResponse(/prepare_verification/)
    await submitSignUp(page)
    await emailed
    // The first code makes Clerk send the second.
    await enterCode(page, async () => {
      await typeCode(page)
      await page.getByText('Verify your phone').first().waitFor()
    })
    await expectSignedIn(visit)
    const { userId } = await visit.auth()
    expect(await visit.clerk.users.getUser(userId!)).toMatchObject({
      primaryEmailAddress: { emailAddress: email },
      primaryPhoneNumber: { phoneNumber: phone },
    })
  })
})

flows('Sign-up with a username', { settings: { username: 'required' } }, ({ flow }) => {
  flow('signs up with a username, which the menu shows', from, async (visit) => {
    const { email, username, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, username, password })
    await enterCode(page, () => submitSignUp(page))
    await page.getByText('You are signed in').waitFor()
    await openUserMenu(page)
    await page.getByText(username).first().waitFor()
  })
})

flows('Legal consent', { settings: { legal_consent: true } }, ({ flow }) => {
  flow('signs up with consent', 'legal-consent', async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password })
    await consent(page)
    await enterCode(page, () => submitSignUp(page))
    await expectSignedIn(visit)
    const { userId } = await visit.auth()
    const user = await visit.clerk.users.getUser(userId!)
    expect(user.legalAcceptedAt).toEqual(expect.any(Number))
  })

  flow('does not sign up without consent', 'legal-consent', async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password })
    await submitClerk(page)
    expect(await page.getByRole('checkbox').evaluate(box => (box as HTMLInputElement).validity.valid)).toBe(false)
    expect(await page.getByText('Verify your email').count()).toBe(0)
    await expectSignedOut(visit)
  })
})

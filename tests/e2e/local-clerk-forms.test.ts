import { createClerkClient } from '@clerk/backend'
import { expect, it } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import { signOut } from '../support/accounts.ts'
import { field, signedIn, submit, useForms } from '../support/clerk-forms.ts'
import { consent, press, submitPassword } from '../support/people.ts'

const { clerk, at, open, newBrowser, linkTo, enterSentCode } = useForms()
const email = 'robin@example.com'
const strong = 'correct horse battery staple'
const backend = () => createClerkClient({ secretKey: clerk().env.NUXT_CLERK_SECRET_KEY, apiUrl: clerk().url })

it('signs up and in with a phone number', async () => {
  const context = await open({ email_address: 'off', phone_number: 'required', password: 'off', username: 'off' })
  const page = await context.newPage()
  await page.goto(at('/sign-up'))
  await field(page, 'phoneNumber').fill('+15555550150')
  await submit(page)
  await enterSentCode(page)
  await signedIn(page)
  const { data: [user] } = await backend().users.getUserList({ phoneNumber: ['+15555550150'] })
  expect(user?.primaryPhoneNumber?.phoneNumber).toBe('+15555550150')

  const other = await (await newBrowser()).newPage()
  await other.goto(at('/sign-in'))
  await field(other, 'identifier').fill('+15555550150')
  await submit(other)
  await enterSentCode(other)
  await signedIn(other)
})

it('resets a forgotten password', async () => {
  const page = await (await open({})).newPage()
  await page.goto(at('/sign-in'))
  await field(page, 'identifier').fill('ada@example.com')
  await submit(page)
  await page.getByRole('link', { name: /forgot password/i }).click()
  await page.getByRole('button', { name: /reset your password/i }).click()
  await enterSentCode(page)
  await field(page, 'password').fill(strong)
  await field(page, 'confirmPassword').fill(strong)
  await press(page.getByRole('button', { name: /reset password/i }))
  await signedIn(page)
  expect(await backend().users.verifyPassword({ userId: 'user_123', password: strong })).toEqual({ verified: true })
})

it('signs in by a link that is opened in another tab', async () => {
  const context = await open({ email_strategies: ['email_link'], password: 'off' })
  const page = await context.newPage()
  await page.goto(at('/sign-in'))
  await field(page, 'identifier').fill('ada@example.com')
  await submit(page)
  await page.getByRole('heading', { name: 'Check your email' }).waitFor()
  const tab = await context.newPage()
  await tab.goto(await linkTo('ada@example.com'))
  await signedIn(tab)
  await page.getByText(/newly opened tab/i).waitFor()
})

it('signs up by a link that is opened in another browser', async () => {
  const page = await (await open({ email_strategies: ['email_link'] })).newPage()
  await page.goto(at('/sign-up'))
  await field(page, 'emailAddress').fill(email)
  await field(page, 'password').fill(strong)
  await submitPassword(page)
  await page.getByRole('heading', { name: 'Verify your email' }).waitFor()
  const other = await (await newBrowser()).newPage()
  await other.goto(await linkTo(email))
  await other.getByText(/return to original tab/i).waitFor()
  await signedIn(page)
})

it('signs up in the combined form', async () => {
  const page = await (await open({})).newPage()
  await page.goto(at('/sign-in-or-up'))
  await field(page, 'identifier').fill(email)
  await submit(page)
  await page.waitForURL(/create/)
  expect(await field(page, 'emailAddress').inputValue()).toBe(email)
  await field(page, 'password').fill(strong)
  await submitPassword(page)
  await enterSentCode(page)
  await signedIn(page)
})

it('signs up a person without an account by the combined form, without saying so', async () => {
  const page = await (await open({ password: 'off', username: 'off', enumeration_protection: true })).newPage()
  await page.goto(at('/sign-in-or-up'))
  await field(page, 'identifier').fill(email)
  await submit(page)
  await enterSentCode(page)
  await signedIn(page)
  expect((await backend().users.getUserList({ emailAddress: [email] })).totalCount).toBe(1)
})

it('asks for consent to the terms', async () => {
  const page = await (await open({ legal_consent: true })).newPage()
  await page.goto(at('/sign-up'))
  await field(page, 'emailAddress').fill(email)
  await field(page, 'password').fill(strong)
  await consent(page)
  await submitPassword(page)
  await enterSentCode(page)
  await signedIn(page)
  const { data: [user] } = await backend().users.getUserList({ emailAddress: [email] })
  expect(user?.legalAcceptedAt).toEqual(expect.any(Number))
})

it('puts people on the waitlist, and lets in who is invited', async () => {
  const context = await open({ sign_up_mode: 'waitlist' })
  const page = await context.newPage()
  await page.goto(at('/sign-in'))
  await page.getByRole('link', { name: /join waitlist/i }).click()
  await field(page, 'emailAddress').fill(email)
  await page.getByRole('button', { name: /join the waitlist/i }).click()
  await page.getByText(/thanks for joining/i).waitFor()
  const { waitlistEntries, invitations } = backend()
  expect((await waitlistEntries.list()).data).toMatchObject([{ emailAddress: email, status: 'pending' }])
  const { url } = await invitations.createInvitation({ emailAddress: email, redirectUrl: at('/sign-up') })
  await page.goto(url!)
  await field(page, 'password').fill(strong)
  await submitPassword(page)
  await signedIn(page)
})

it('is closed to who is not invited', async () => {
  const page = await (await open({ sign_up_mode: 'restricted' })).newPage()
  await page.goto(at('/sign-up'))
  await page.getByText(/sign ups are currently disabled/i).waitFor()
})

it('asks for a code in a new browser, and for none the next time', async () => {
  const page = await (await open({ client_trust: true })).newPage()
  const signIn = async () => {
    await page.goto(at('/sign-in'))
    await field(page, 'identifier').fill('ada@example.com')
    await submit(page)
    await field(page, 'password').fill(password)
    await submit(page)
  }
  await signIn()
  await page.getByText('You\'re signing in from a new device').waitFor()
  await enterSentCode(page)
  await signedIn(page)
  await signOut(page)
  await page.waitForURL(at('/'))
  await signIn()
  await signedIn(page)
})

it('replaces a compromised password after a sign-in by code', async () => {
  const page = await (await open({})).newPage()
  await backend().users.setPasswordCompromised('user_123')
  await page.goto(at('/sign-in'))
  await field(page, 'identifier').fill('ada@example.com')
  await submit(page)
  await field(page, 'password').fill(password)
  await submit(page)
  await page.getByRole('button', { name: /email code to/i }).click()
  await enterSentCode(page)
  await field(page, 'newPassword').fill(strong)
  await field(page, 'confirmPassword').fill(strong)
  await press(page.getByRole('button', { name: /reset password/i }))
  await signedIn(page)
  expect(await backend().users.verifyPassword({ userId: 'user_123', password: strong })).toEqual({ verified: true })
})

it('adds a phone number to the account', async () => {
  const page = await (await open({ phone_number: 'on' })).newPage()
  await page.goto(at('/sign-in'))
  await field(page, 'identifier').fill('ada@example.com')
  await submit(page)
  await field(page, 'password').fill(password)
  await submit(page)
  await signedIn(page)
  await page.goto(at('/user'))
  await page.getByRole('button', { name: 'Add phone number' }).click()
  await field(page, 'phoneNumber').fill('+15555550151')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await enterSentCode(page)
  await page.getByRole('heading', { name: 'Verify phone number' }).waitFor({ state: 'hidden' })
  const { primaryPhoneNumber } = await backend().users.getUser('user_123')
  expect(primaryPhoneNumber).toMatchObject({ phoneNumber: '+15555550151', verification: { status: 'verified' } })
})

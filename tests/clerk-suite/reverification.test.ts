import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { password, submitClerk } from '../support/people.ts'
import { expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become, clerkIn } from './support/session.ts'
import { button, enterCode, field } from './support/steps.ts'

const from = 'reverification'
const minute = 60_000

/** Makes Local Clerk believe that the last verification was so long ago. */
async function wait({ app }: Visit, minutes: number): Promise<void> {
  const body = JSON.stringify({ ahead_ms: minutes * minute })
  const headers = { 'content-type': 'application/json' }
  await fetch(`${app.localClerk.url}/__clerk/control/clock`, { method: 'POST', headers, body })
}

/** Opens the page of a user whose last verification is too old. */
async function openLater(visit: Visit, path: string) {
  await wait(visit, 0)
  const user = await visit.user()
  await become(visit, user)
  await visit.open(path)
  await button(visit.page, 'Update profile').or(button(visit.page, 'Delete account')).first().waitFor()
  await wait(visit, 20)
  return user
}

async function confirm({ page }: Visit): Promise<void> {
  await field(page, 'Password').fill(password)
  await submitClerk(page)
}

const prompt = (visit: Visit) => visit.page.getByText('Verification required').first()

/** The token of the session says how long ago the user was verified. */
async function renewToken(page: Page): Promise<void> {
  await (await clerkIn(page)).evaluate(clerk => clerk.session.getToken({ skipCache: true }))
}

flows('Reverification', { settings: { phone_number: 'on' } }, ({ flow }) => {
  flow('asks for the password before it adds an email address', from, async (visit) => {
    const user = await openLater(visit, '/user')
    const { page } = visit
    await button(page, 'Add email address').click()
    await field(page, 'Email address').fill(`new-${user.email}`)
    await button(page, /^Add$/).press('Enter')
    await prompt(visit).waitFor()
    await enterCode(page, () => confirm(visit))
    await page.getByText(`new-${user.email}`).first().waitFor()
    await expect.poll(async () => (await visit.clerk.users.getUser(user.id)).emailAddresses).toHaveLength(2)
  })

  flow('asks for the password before it adds a phone number', from, async (visit) => {
    const user = await openLater(visit, '/user')
    const { page } = visit
    await button(page, 'Add phone number').click()
    await field(page, 'Phone number').fill(user.phone)
    await button(page, /^Add$/).press('Enter')
    await prompt(visit).waitFor()
    await enterCode(page, () => confirm(visit))
    await expect.poll(async () => (await visit.clerk.users.getUser(user.id)).phoneNumbers).toHaveLength(1)
  })

  flow('adds no email address when the verification is cancelled', from, async (visit) => {
    const user = await openLater(visit, '/user')
    const { page } = visit
    await button(page, 'Add email address').click()
    await field(page, 'Email address').fill(`new-${user.email}`)
    await button(page, /^Add$/).press('Enter')
    await prompt(visit).waitFor()
    await button(page, 'Close modal').click()
    await prompt(visit).waitFor({ state: 'detached' })
    expect((await visit.clerk.users.getUser(user.id)).emailAddresses).toHaveLength(1)
  })

  flow('asks for the password before it deletes the account', from, async (visit) => {
    await openLater(visit, '/user/security')
    const { page } = visit
    await button(page, 'Delete account').click()
    await page.getByPlaceholder('Delete account').fill('Delete account')
    await page.locator('form').getByRole('button', { name: 'Delete account' }).press('Enter')
    await prompt(visit).waitFor()
    await confirm(visit)
    await expectSignedOut(visit)
  })

  flow('tells the app that an action of its own needs a verification', from, async (visit) => {
    await wait(visit, 0)
    const user = await visit.user()
    const { page } = visit
    await become(visit, user)
    await visit.open('/reverification')
    await button(page, /^Reveal$/).click()
    await expect.poll(() => page.getByRole('status').textContent()).toContain(user.id)
    await wait(visit, 20)
    await renewToken(page)
    await button(page, /^Reveal$/).click()
    await expect.poll(() => page.getByRole('status').textContent()).toContain('reverification-error')
  }, { on: 'next' })

  flow('verifies the user, and repeats the app\'s action', from, async (visit) => {
    await wait(visit, 0)
    const user = await visit.user()
    const { page } = visit
    await become(visit, user)
    await wait(visit, 20)
    await visit.open('/reverification')
    await renewToken(page)
    await button(page, 'Verify and reveal').click()
    await prompt(visit).waitFor()
    await confirm(visit)
    await expect.poll(() => page.getByRole('status').textContent()).toContain(user.id)
  }, { on: 'next' })
})

import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { signOut } from '../support/accounts.ts'
import { submitClerk } from '../support/people.ts'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become, clerkIn } from './support/session.ts'
import {
  button, enterCode, enterIdentifier, enterPassword, field, fillSignUp, identifierField, link, openUserMenu,
  signInWithPassword, submitSignUp, typeCode,
} from './support/steps.ts'

/** Does the task of choosing an organization, with a new one. */
async function createOrganization({ page }: Pick<Visit, 'page'>, name: string): Promise<void> {
  await field(page, 'Name').fill(name)
  await submitClerk(page)
}

/** The server treats a session with a task as none. */
const expectPending = async ({ auth }: Visit) => expect(await auth()).toMatchObject({ userId: null })

flows('Session tasks: organization', {
  settings: { organizations: true, force_organization_selection: true, social: ['google'] },
}, ({ flow }) => {
  flow('asks for an organization after a sign-in', 'session-tasks-sign-in', async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await signInWithPassword(page, user)
    await page.waitForURL(/tasks/)
    await expectPending(visit)
    await createOrganization(visit, 'Team')
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
    expect(await visit.auth()).toMatchObject({ orgRole: 'org:admin' })
  })

  flow('leads from a protected page to the task, and back', 'session-tasks-sign-up', async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-up')
    await fillSignUp(page, { email, password })
    await enterCode(page, () => submitSignUp(page))
    await page.waitForURL(/tasks/)
    await visit.open('/protected')
    await page.waitForURL(/tasks/)
    await createOrganization(visit, 'Team')
    await page.waitForURL('/protected')
    await expectSignedIn(visit)
  }, {
    fails: {
      nuxt: '@clerk/nuxt has no guard of pages. The app\'s own leads to the sign-in, which offers to add an account.',
    },
  })

  flow('asks for an organization after a social sign-in', 'session-tasks-sign-in', async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await button(page, /Google/).click()
    await field(page, 'Email address').fill(user.email)
    await button(page, /^Continue$/).click()
    await page.waitForURL(/tasks/)
    await createOrganization(visit, 'Team')
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })

  flow('asks for the task of each session', 'session-tasks-multi-session', async (visit) => {
    const [first, second] = [await visit.user(), await visit.user()]
    const { page } = visit
    await signInWithPassword(page, first)
    await page.waitForURL(/tasks/)
    await createOrganization(visit, 'First')
    await page.getByText('You are signed in').waitFor()
    await openUserMenu(page)
    await button(page, 'Add account').click()
    await enterIdentifier(page, second.email)
    await enterPassword(page, second.password)
    await page.waitForURL(/tasks/)
    await visit.open('/')
    await expectPending(visit)
    const clerk = await clerkIn(page)
    await clerk.evaluate(clerk => clerk.setActive({ session: clerk.client.sessions[0]!.id }))
    await expectSignedIn(visit, first.id)
  })
})

flows('Session tasks: a page of the app', {
  settings: { organizations: true, force_organization_selection: true },
  options: { taskUrls: { 'choose-organization': '/onboarding/choose-organization' } },
}, ({ flow }) => {
  flow('asks for an organization on a page of the app', 'session-tasks-eject-flow', async (visit) => {
    const user = await visit.user()
    await signInWithPassword(visit.page, user)
    await visit.page.waitForURL('/onboarding/choose-organization')
    await createOrganization(visit, 'Team')
    await visit.page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })
})

flows('Session tasks: new password', { settings: {} }, ({ flow }) => {
  flow('asks for another password than one that leaked', 'session-tasks-sign-in-reset-password', async (visit) => {
    const user = await visit.user()
    const { page, clerk } = visit
    await clerk.users.setPasswordCompromised(user.id)
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await enterPassword(page, user.password)
    await page.getByText(/password may be compromised/).first().waitFor()
    await enterCode(page, () => button(page, /^Email code to/).click())
    await field(page, 'New password').fill('another good password')
    await field(page, 'Confirm password').fill('another good password')
    await button(page, 'Reset Password').press('Enter')
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })
})

flows('Session tasks: second factor', {
  // With a single method, there is no choice.
  settings: { phone_number: 'on', second_factors: ['totp', 'phone_code', 'backup_code'], second_factor_required: true },
}, ({ flow }) => {
  const from = 'session-tasks-setup-mfa'

  async function reachTask(visit: Visit, traits?: Parameters<Visit['user']>[0]) {
    const user = await visit.user(traits)
    await signInWithPassword(visit.page, user)
    await visit.page.getByText('Set up two-step verification').first().waitFor()
    await button(visit.page, 'SMS code').click()
    return user
  }

  async function finish(visit: Visit, userId: string): Promise<void> {
    const { page } = visit
    await page.getByText(/Save these backup codes/).first().waitFor()
    await submitClerk(page)
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, userId)
    expect(await visit.clerk.users.getUser(userId)).toMatchObject({ twoFactorEnabled: true })
  }

  const enterPhone = (page: Page, phone: string) => field(page, 'Phone number').fill(phone)

  flow('sets up a new phone number', from, async (visit) => {
    const user = await reachTask(visit)
    await enterPhone(visit.page, user.phone)
    await enterCode(visit.page, () => submitClerk(visit.page))
    await finish(visit, user.id)
  })

  flow('sets up the phone number that the user has', from, async (visit) => {
    const user = await reachTask(visit, { withPhone: true })
    await button(visit.page, /555/).click()
    await finish(visit, user.id)
  })

  flow('rejects what is no phone number', from, async (visit) => {
    const user = await reachTask(visit)
    const { page } = visit
    await enterPhone(page, '123091293193091311')
    await submitClerk(page)
    await page.getByTestId('form-feedback-error').first().waitFor()
    await enterPhone(page, user.phone)
    await enterCode(page, () => submitClerk(page))
    await finish(visit, user.id)
  })

  flow('rejects a wrong code', from, async (visit) => {
    const user = await reachTask(visit)
    const { page } = visit
    await enterPhone(page, user.phone)
    await enterCode(page, () => submitClerk(page), '111111')
    await page.getByText(/incorrect/i).first().waitFor()
    await expectPending(visit)
  })

  flow('goes back from a method to the choice', from, async (visit) => {
    await reachTask(visit, { withPhone: true })
    const { page } = visit
    await button(page, /555/).waitFor()
    await button(page, 'Cancel').click()
    await button(page, 'SMS code').waitFor()
  })

  flow('leaves the step for the second factor to sign in as somebody else', from, async (visit) => {
    const user = await reachTask(visit, { withPhone: true })
    const { page } = visit
    await button(page, /555/).click()
    await finish(visit, user.id)
    await signOut(page)
    await page.getByText('You are signed out').waitFor()
    await signInWithPassword(page, user)
    await page.getByText('Check your phone').first().waitFor()
    await link(page, /^Back$/).click()
    await identifierField(page).waitFor()
    await expectPending(visit)
  })
})

flows('Two-step verification', {
  settings: { phone_number: 'on', second_factors: ['totp', 'phone_code', 'backup_code'] },
}, ({ flow }) => {
  flow('signs in with a password and a texted code', 'session-tasks-setup-mfa', async (visit) => {
    const user = await visit.user({ withPhone: true })
    const { page } = visit
    await become(visit, user)
    await visit.open('/user/security')
    await button(page, 'Add two-step verification').click()
    await page.getByRole('menuitem', { name: 'SMS code' }).click()
    await button(page, /555/).click()
    await page.getByText('SMS code verification enabled').first().waitFor()
    await signOut(page)
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await enterCode(page, () => enterPassword(page, user.password), '')
    await typeCode(page)
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })
})

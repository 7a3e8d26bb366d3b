import { expect } from 'vitest'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become } from './support/session.ts'
import { button, enterCode, field, openUserMenu } from './support/steps.ts'

const from = 'user-profile'

/** Opens the page of a signed-in user. */
async function openAs(visit: Visit, path: string) {
  const user = await visit.user()
  await become(visit, user)
  await visit.open(path)
  return user
}

async function setUsername({ page }: Visit, username: string): Promise<void> {
  await button(page, 'Set username').click()
  await field(page, 'Username').fill(username)
  await button(page, 'Save').press('Enter')
  await page.getByText(username).first().waitFor()
}

/** Opens the form for a username and closes it. */
async function cancelUsername({ page }: Visit): Promise<void> {
  await button(page, 'Set username').click()
  await field(page, 'Username').waitFor()
  await button(page, 'Cancel').press('Enter')
  await field(page, 'Username').waitFor({ state: 'detached' })
}

async function changeName({ page, clerk }: Visit, userId: string): Promise<void> {
  await button(page, 'Update profile').click()
  await field(page, 'First name').fill('Ada')
  await field(page, 'Last name').fill('Lovelace')
  await button(page, 'Save').press('Enter')
  await page.getByText('Ada Lovelace').first().waitFor()
  expect(await clerk.users.getUser(userId)).toMatchObject({ fullName: 'Ada Lovelace' })
}

async function addEmail({ page, clerk }: Visit, userId: string, email: string): Promise<void> {
  await button(page, 'Add email address').click()
  await field(page, 'Email address').fill(email)
  await enterCode(page, () => button(page, /^Add$/).press('Enter'))
  await page.getByText(email).first().waitFor()
  await expect.poll(async () => (await clerk.users.getUser(userId)).emailAddresses).toMatchObject([
    {},
    { emailAddress: email, verification: { status: 'verified' } },
  ])
}

async function deleteAccount(visit: Visit): Promise<void> {
  const { page, context } = visit
  await button(page, 'Delete account').click()
  await page.getByPlaceholder('Delete account').fill('Delete account')
  await page.locator('form').getByRole('button', { name: 'Delete account' }).press('Enter')
  await expectSignedOut(visit)
  const cookies = await context.cookies()
  expect(cookies.filter(({ name, value }) => name.startsWith('__session') && value)).toEqual([])
}

flows('User profile', {}, ({ flow }) => {
  flow('opens and closes a form, on a path', from, async (visit) => {
    await openAs(visit, '/user')
    await cancelUsername(visit)
  })

  flow('opens and closes a form, behind a hash', from, async (visit) => {
    await openAs(visit, '/hash/user')
    await cancelUsername(visit)
  })

  flow('opens from the user button', from, async (visit) => {
    await openAs(visit, '/')
    await openUserMenu(visit.page)
    await button(visit.page, 'Manage account').click()
    await visit.page.getByRole('dialog').waitFor()
    await cancelUsername(visit)
  })

  flow('sets a username', from, async (visit) => {
    const { id, username } = await openAs(visit, '/user')
    await setUsername(visit, username)
    expect(await visit.clerk.users.getUser(id)).toMatchObject({ username })
  })

  flow('changes the first and the last name', from, async (visit) => {
    const { id } = await openAs(visit, '/user')
    await changeName(visit, id)
  })

  flow('adds an email address', from, async (visit) => {
    const { id, email } = await openAs(visit, '/user')
    await addEmail(visit, id, `new-${email}`)
  })

  flow('deletes the account', from, async (visit) => {
    await openAs(visit, '/user/security')
    await deleteAccount(visit)
  })

  flow('closes the dialog in which the account was deleted', from, async (visit) => {
    const { page } = visit
    await openAs(visit, '/')
    await openUserMenu(page)
    await button(page, 'Manage account').click()
    await button(page, /^Security$/).click()
    await deleteAccount(visit)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('You are signed out').waitFor()
  })

  flow('shows a page of its own path', 'nuxt/navigation', async (visit) => {
    await openAs(visit, '/user/security')
    await visit.page.getByRole('heading', { name: 'Security' }).first().waitFor()
  })

  flow('shows the picture of the user', 'user-avatar', async (visit) => {
    await openAs(visit, '/user-avatar')
    const picture = visit.page.getByRole('img').first()
    await picture.waitFor()
    await expect.poll(() => picture.evaluate(image => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  })
})

flows('User profile with phone numbers', {
  settings: { phone_number: 'on', second_factors: ['phone_code', 'backup_code'] },
}, ({ flow }) => {
  flow('adds a phone number', from, async (visit) => {
    const { id, phone } = await openAs(visit, '/user')
    const { page } = visit
    await button(page, 'Add phone number').click()
    await field(page, 'Phone number').fill(phone)
    await enterCode(page, () => button(page, /^Add$/).press('Enter'))
    await expect.poll(async () => (await visit.clerk.users.getUser(id)).phoneNumbers)
      .toMatchObject([{ phoneNumber: phone, verification: { status: 'verified' } }])
  })

  flow('adds a phone number as a second factor', from, async (visit) => {
    const user = await visit.user({ withPhone: true })
    const { page } = visit
    await become(visit, user)
    await visit.open('/user/security')
    await button(page, 'Add two-step verification').click()
    await page.getByRole('menuitem', { name: 'SMS code' }).click()
    await button(page, /555/).click()
    await page.getByText('SMS code verification enabled').first().waitFor()
    expect(await visit.clerk.users.getUser(user.id)).toMatchObject({ twoFactorEnabled: true })
  })
})

flows('Impersonation', {}, ({ flow }) => {
  flow('signs in as another user by a ticket, and signs out', 'impersonation-flow', async (visit) => {
    const { page, clerk } = visit
    const [user, support] = [await visit.user(), await visit.user()]
    await become(visit, user)
    const { token } = await clerk.actorTokens.create({
      userId: user.id,
      expiresInSeconds: 120,
      actor: { sub: support.id },
    })
    await visit.open(`/sign-in?__clerk_ticket=${token}`)
    await expect.poll(() => visit.auth()).toMatchObject({ userId: user.id, actor: { sub: support.id } })
    await expectSignedIn(visit, user.id)
    // Clerk's button of a session like this shows who it is when the pointer is over it.
    const notice = page.getByText(/Signed in as/).first()
    await page.locator('.cl-impersonationFab').hover()
    await notice.waitFor()
    await page.getByText('Sign out', { exact: true }).first().click()
    await expectSignedOut(visit)
  })
})

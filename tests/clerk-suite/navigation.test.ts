import { expect } from 'vitest'
import { signOut } from '../support/accounts.ts'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become, clerkIn } from './support/session.ts'
import {
  button, enterCode, enterIdentifier, enterPassword, fillInstantly, fillSignUp, identifierField, link, openUserMenu,
  signInWithPassword, submitSignUp,
} from './support/steps.ts'

/** Signs in on a page whose second step has an address of its own. */
async function signInStepwise(visit: Visit, path: string, second: string): Promise<void> {
  const user = await visit.user()
  await visit.open(path)
  await enterIdentifier(visit.page, user.email)
  await visit.page.waitForURL(second)
  await enterPassword(visit.page, user.password)
  await expectSignedIn(visit, user.id)
}

flows('Navigation', {}, ({ flow }) => {
  const from = 'navigation'

  flow('signs in in steps with paths of their own', from, visit =>
    signInStepwise(visit, '/sign-in', '/sign-in/factor-one'))

  flow('signs in in steps behind a hash', from, visit =>
    signInStepwise(visit, '/hash/sign-in', '/hash/sign-in#/factor-one'))

  flow('comes back from the sign-up to the sign-in by the browser\'s button', from, async (visit) => {
    const { page } = visit
    await visit.open('/sign-in')
    await identifierField(page).waitFor()
    await link(page, 'Sign up').click()
    await page.getByText('Create your account').first().waitFor()
    await page.waitForURL('/sign-up')
    await page.goBack()
    await identifierField(page).waitFor()
    expect(new URL(page.url()).pathname).toBe('/sign-in')
  })
})

/** Opens a dialog from a button, and signs in there. */
async function signInBy(visit: Visit, name: string): Promise<void> {
  const user = await visit.user()
  await visit.open('/buttons')
  await button(visit.page, name).click()
  await visit.page.getByRole('dialog').waitFor()
  await fillInstantly(visit.page, user.email, user.password)
  await visit.page.waitForURL('/protected')
  await expectSignedIn(visit, user.id)
}

async function signUpBy(visit: Visit, name: string): Promise<void> {
  const { email, password } = visit.stranger()
  const { page } = visit
  await visit.open('/buttons')
  await button(page, name).click()
  await fillSignUp(page, { email, password })
  await enterCode(page, () => submitSignUp(page))
  await page.waitForURL('/protected')
  await expectSignedIn(visit)
}

flows('Redirects', {}, ({ flow }) => {
  const from = 'redirects'
  flow('goes where a button for signing in forces it', from, visit => signInBy(visit, 'Sign in (force)'))
  flow('goes where a button for signing in leads by default', from, visit => signInBy(visit, 'Sign in (fallback)'))
  flow('goes where a button for signing up forces it', from, visit => signUpBy(visit, 'Sign up (force)'))
  flow('goes where a button for signing up leads by default', from, visit => signUpBy(visit, 'Sign up (fallback)'))

  flow('leads to the sign-in from a protected page, and back', 'protect', async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/protected')
    await page.waitForURL(/\/sign-in\?redirect_url=/)
    await enterIdentifier(page, user.email)
    await enterPassword(page, user.password)
    await page.getByRole('heading', { name: 'Protected' }).waitFor()
    await page.getByText(user.id).waitFor()
    await expectSignedIn(visit, user.id)
  })

  flow('goes to no other site by redirect_url, even after the options were replaced', 'update-props', async (visit) => {
    const user = await visit.user()
    const { page, app } = visit
    await visit.open('/sign-in?redirect_url=https://www.clerk.com')
    await (await clerkIn(page)).evaluate(clerk => clerk.__internal_updateProps({ options: {} }))
    await enterIdentifier(page, user.email)
    await enterPassword(page, user.password)
    await expectSignedIn(visit, user.id)
    await page.waitForURL(`${app.url}/`)
  })
})

flows('Sign-out', {}, ({ flow }) => {
  const from = 'sign-out-smoke'

  flow('signs out in every tab at once', from, async (visit) => {
    const user = await visit.user()
    const { page, context } = visit
    await signInWithPassword(page, user)
    await page.getByText('You are signed in').waitFor()
    const second = await context.newPage()
    await second.goto('/')
    await second.getByText('You are signed in').waitFor()
    await signOut(second)
    await expectSignedOut({ ...visit, page: second })
    await page.getByText('You are signed out').waitFor()
    await expectSignedOut(visit)
  })

  flow('keeps the browser\'s client when it signs out', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await become(visit, user)
    await visit.open('/')
    const before = await (await clerkIn(page)).evaluate(({ client }) => client.id)
    await signOut(page)
    await page.getByText('You are signed out').waitFor()
    await expectSignedOut(visit)
    expect(await (await clerkIn(page)).evaluate(({ client }) => client.id)).toBe(before)
  })

  flow('shows no protected page from the cache after signing out', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await become(visit, user)
    await visit.open('/')
    await link(page, 'Protected').click()
    await page.getByRole('heading', { name: 'Protected' }).waitFor()
    await link(page, 'Home').click()
    await page.getByText('You are signed in').waitFor()
    await openUserMenu(page)
    await button(page, 'Sign out').click()
    await page.getByText('You are signed out').waitFor()
    await link(page, 'Protected').click()
    await page.waitForURL(/\/sign-in\?redirect_url=/)
  })

  flow('signs out by a button of the app', 'vue/components', async (visit) => {
    const user = await visit.user()
    await become(visit, user)
    await visit.open('/buttons')
    await button(visit.page, 'Leave').click()
    await visit.page.getByText('You are signed out').waitFor()
    await expectSignedOut(visit)
  })
})

flows('Unsafe metadata', {}, ({ flow }) => {
  const from = 'unsafeMetadata'
  const metadataOf = async ({ clerk }: Visit, id: string) => (await clerk.users.getUser(id)).unsafeMetadata

  /** A user with metadata, in a browser. */
  async function openWith(visit: Visit) {
    const { id, email } = await visit.user()
    await visit.clerk.users.updateUserMetadata(id, { unsafeMetadata: { position: 'goalie' } })
    await become(visit, { email })
    await visit.open('/')
    return { id, clerk: await clerkIn(visit.page) }
  }

  flow('stores what the app gives with a sign-up', from, async (visit) => {
    const { email, password } = visit.stranger()
    await visit.open('/sign-up')
    await fillSignUp(visit.page, { email, password })
    await enterCode(visit.page, () => submitSignUp(visit.page))
    await expectSignedIn(visit)
    const { userId } = await visit.auth()
    expect(await metadataOf(visit, userId!)).toEqual({ position: 'goalie' })
  })

  flow('replaces it by user.update()', from, async (visit) => {
    const { id, clerk } = await openWith(visit)
    await clerk.evaluate(({ user }) => user.update({ unsafeMetadata: { city: 'Toronto' } }))
    expect(await metadataOf(visit, id)).toEqual({ city: 'Toronto' })
  })

  flow('merges it by user.updateMetadata()', from, async (visit) => {
    const { id, clerk } = await openWith(visit)
    await clerk.evaluate(({ user }) => user.updateMetadata({ unsafeMetadata: { city: 'Toronto' } }))
    expect(await metadataOf(visit, id)).toEqual({ position: 'goalie', city: 'Toronto' })
  })

  flow('replaces it together with a name', from, async (visit) => {
    const { id, clerk } = await openWith(visit)
    await clerk.evaluate(({ user }) => user.update({ firstName: 'Updated', unsafeMetadata: { city: 'Toronto' } }))
    expect(await visit.clerk.users.getUser(id)).toMatchObject({ firstName: 'Updated' })
    expect(await metadataOf(visit, id)).toEqual({ city: 'Toronto' })
  })

  flow('replaces what a server has added since the page was opened, too', from, async (visit) => {
    const { id, clerk } = await openWith(visit)
    await visit.clerk.users.updateUserMetadata(id, { unsafeMetadata: { addedByAdmin: 'yes' } })
    await clerk.evaluate(({ user }) => user.update({ unsafeMetadata: { city: 'Toronto' } }))
    expect(await metadataOf(visit, id)).toEqual({ city: 'Toronto' })
  })
})

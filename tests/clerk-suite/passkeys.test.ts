import { expect } from 'vitest'
import type { BrowserContext } from 'playwright-core'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become } from './support/session.ts'
import { button, enterIdentifier, identifierField, link } from './support/steps.ts'

const from = 'passkeys'

/** Gives a browser an authenticator, which ClerkJS would not use in a browser that says it is automated. */
async function installAuthenticator(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Object.defineProperty(Object.getPrototypeOf(navigator), 'webdriver', { get: () => false })
  })
  await context.credentials.install()
}

/** Registers a passkey in the profile. */
async function register(visit: Visit) {
  const user = await visit.user()
  await installAuthenticator(visit.context)
  await become(visit, user)
  await visit.open('/user/security')
  await button(visit.page, 'Add a passkey').click()
  await expect.poll(() => visit.context.credentials.get()).toHaveLength(1)
  await visit.page.locator('.cl-profileSectionItem__passkeys').first().waitFor()
  const [passkey] = await visit.context.credentials.get()
  return { user, passkey: passkey! }
}

/** A new browser of the same person, whose authenticator has no passkey yet. */
async function newBrowser(visit: Visit): Promise<Visit> {
  const context = await visit.browser.newContext({ baseURL: visit.app.url })
  context.setDefaultTimeout(15_000)
  await installAuthenticator(context)
  const page = await context.newPage()
  return { ...visit, context, page, open: path => page.goto(path) }
}

/** @returns the number of passkeys that Clerk knows of a user */
async function passkeysOf({ app }: Visit, userId: string): Promise<number> {
  const response = await fetch(`${app.localClerk.url}/v1/users/${userId}`, {
    headers: { authorization: `Bearer ${app.secretKey}` },
  })
  return (await response.json() as { passkeys: object[] }).passkeys.length
}

flows('Passkeys', { settings: { passkeys: true } }, ({ flow }) => {
  flow('registers a passkey in the profile', from, async (visit) => {
    const { user } = await register(visit)
    expect(await passkeysOf(visit, user.id)).toBe(1)
  })

  flow('signs in with a passkey that the browser offers by itself', from, async (visit) => {
    const { user, passkey } = await register(visit)
    const other = await newBrowser(visit)
    await other.context.credentials.create(passkey.rpId, passkey)
    await other.open('/sign-in')
    await expectSignedIn(other, user.id)
    await other.context.close()
  })

  flow('signs in with a passkey after the email address', from, async (visit) => {
    const { user, passkey } = await register(visit)
    const other = await newBrowser(visit)
    await other.open('/sign-in')
    await enterIdentifier(other.page, user.email)
    await other.page.getByText('Use your passkey').first().waitFor()
    // Only now: the browser would have offered it on the first page.
    await other.context.credentials.create(passkey.rpId, passkey)
    await button(other.page, /^Continue$/).click()
    await expectSignedIn(other, user.id)
    await other.context.close()
  })

  flow('signs in with a passkey and nothing else', from, async (visit) => {
    const { user, passkey } = await register(visit)
    const other = await newBrowser(visit)
    await other.open('/sign-in')
    await identifierField(other.page).waitFor()
    await link(other.page, 'Use passkey instead').waitFor()
    await expectSignedOut(other)
    await other.context.credentials.create(passkey.rpId, passkey)
    await link(other.page, 'Use passkey instead').click()
    await expectSignedIn(other, user.id)
    await other.context.close()
  })
})

import type { BrowserContext, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import type { SettingsChanges } from '../../local-clerk/settings.ts'
import { totpCode } from '../../local-clerk/totp.ts'
import { signOut } from '../support/accounts.ts'
import { enterCode, field, signedIn, submit, useForms } from '../support/clerk-forms.ts'

const { clerk, at, open, newBrowser } = useForms()
const factors = { phone_number: 'on', second_factors: ['totp', 'phone_code', 'backup_code'] } satisfies SettingsChanges

/** Types the password, and waits for what comes next. */
async function signIn(context: BrowserContext, who: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(at('/sign-in'))
  await field(page, 'identifier').fill(who)
  await submit(page)
  await field(page, 'password').fill(password)
  await submit(page)
  return page
}

/** Signs out, after which ClerkJS goes to the first page. */
async function leave(page: Page): Promise<void> {
  await signOut(page)
  await page.waitForURL(at('/'))
}

/** Enters the code of the authenticator app that `press` adds. */
async function addApp(page: Page, press: () => Promise<void>): Promise<string> {
  const answered = page.waitForResponse(/\/v1\/me\/totp(\?|$)/)
  await press()
  const { response: { secret } } = await (await answered).json()
  await submit(page)
  await enterCode(page, totpCode(secret, Date.now()))
  return secret
}

it('adds an authenticator app, and signs in with it or with a backup code', async () => {
  const page = await signIn(await open(factors), 'ada')
  await signedIn(page)
  await page.goto(at('/user#/security'))
  await page.getByRole('button', { name: /add two-step verification/i }).click()
  const secret = await addApp(page, () => page.getByRole('menuitem', { name: /authenticator/i }).click())
  await page.getByText('Backup codes', { exact: true }).waitFor()
  const { data } = clerk().store.get<{ data: string }>(`select data from objects where object = 'backup_code'`)!
  const [backupCode] = JSON.parse(data).codes
  await page.getByText(backupCode).first().waitFor()

  const app = await signIn(await newBrowser(), 'ada')
  await enterCode(app, totpCode(secret, Date.now()))
  await signedIn(app)

  const paper = await signIn(await newBrowser(), 'ada')
  await paper.getByRole('link', { name: /use another method/i }).click()
  await paper.getByRole('button', { name: /backup code/i }).click()
  await field(paper, 'code').fill(backupCode)
  await submit(paper)
  await signedIn(paper)
})

it('asks for a second factor where the instance requires one', async () => {
  const page = await signIn(await open({ ...factors, second_factor_required: true }), 'ada')
  await page.getByRole('heading', { name: /set up two-step verification/i }).waitFor()
  await addApp(page, () => page.getByRole('button', { name: /authenticator/i }).click())
  await page.getByText(/backup codes/i).first().waitFor()
  await page.getByRole('button', { name: /continue/i }).click()
  await signedIn(page)
})

it('adds a passkey, and signs in with it', async () => {
  const context = await open({ passkeys: true })
  await context.addInitScript(() => {
    // ClerkJS offers no passkeys to a browser that says it is driven by a program.
    Object.defineProperty(Object.getPrototypeOf(navigator), 'webdriver', { get: () => false })
    // The authenticator agrees at once when the form's first field offers its passkeys: only where that is tested.
    PublicKeyCredential.isConditionalMediationAvailable = async () => sessionStorage.getItem('autofill') === 'yes'
  })
  const page = await signIn(context, 'ada')
  await signedIn(page)
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
  await page.goto(at('/user#/security'))
  await page.getByRole('button', { name: /add a passkey/i }).click()
  await page.locator('.cl-profileSectionItem__passkeys').waitFor()
  expect(clerk().users.get('user_123').passkeys).toHaveLength(1)

  await leave(page)
  await page.goto(at('/sign-in'))
  await page.getByRole('link', { name: /use passkey instead/i }).click()
  await signedIn(page)

  await leave(page)
  await page.goto(at('/sign-in'))
  await field(page, 'identifier').fill('ada@example.com')
  await submit(page)
  await page.getByText('Use your passkey').waitFor()
  await submit(page)
  await signedIn(page)

  await leave(page)
  await page.evaluate(() => sessionStorage.setItem('autofill', 'yes'))
  await page.goto(at('/sign-in'))
  await signedIn(page)
})

/** Presses a provider's button, and answers on its page. */
async function continueWith(page: Page, provider: string, answer: (page: Page) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: new RegExp(provider, 'i') }).click()
  await page.getByText(`Local Clerk plays ${provider}`).waitFor()
  await answer(page)
}
const as = (name: string) => (page: Page) => page.getByRole('button', { name: `Continue as ${name}` }).click()
const asNewcomer = async (page: Page) => {
  await page.getByLabel('Email address').fill('kim@example.com')
  await page.getByLabel('First name').fill('Kim')
  await submit(page)
}
const deny = (page: Page) => page.getByRole('button', { name: 'Deny' }).click()
const userOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { Clerk: { user: { id: string } } }).Clerk.user.id)

it.each(['/sign-in', '/sign-up'])('continues with Google at %s, as a known and as a new user', async (path) => {
  const page = await (await open({ social: ['google'] })).newPage()
  await page.goto(at(path))
  await continueWith(page, 'Google', as('Ada Baker'))
  await signedIn(page)
  expect(await userOf(page)).toBe('user_123')

  const other = await (await newBrowser()).newPage()
  await other.goto(at(path))
  await continueWith(other, 'Google', asNewcomer)
  await signedIn(other)
  expect(clerk().users.get(await userOf(other))).toMatchObject({
    first_name: 'Kim', external_accounts: [{ email_address: 'kim@example.com' }],
  })
})

it('continues with Google in a popup', async () => {
  const context = await open({ social: ['google'] })
  const page = await context.newPage()
  await page.goto(at('/sign-in-by-popup'))
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: /google/i }).click()
  await asNewcomer(await opened)
  await signedIn(page)
  expect(clerk().users.findByIdentifier('kim@example.com')?.id).toBe(await userOf(page))
})

it('shows on the form that the person has denied it', async () => {
  const page = await (await open({ social: ['google'] })).newPage()
  await page.goto(at('/sign-in'))
  await continueWith(page, 'Google', deny)
  await page.getByText('You did not grant access to your account.').waitFor()
})

it('connects an account to a user', async () => {
  const page = await signIn(await open({ social: ['google', 'github'] }), 'mia')
  await signedIn(page)
  await page.goto(at('/user'))
  const connect = async (answer: (page: Page) => Promise<void>) => {
    await page.getByRole('button', { name: /connect account/i }).click()
    await page.getByRole('menuitem', { name: /github/i }).click()
    await page.getByText('Local Clerk plays GitHub').waitFor()
    await answer(page)
  }
  await connect(deny)
  await page.getByText('You did not grant access to your account.').waitFor()
  await connect(asNewcomer)
  await page.getByText('kim@example.com').waitFor()
})

import type { Locator, Page } from 'playwright-core'
import { submitClerk } from '../../support/people.ts'
import type { Person } from './people.ts'

// What people do with Clerk's forms.

export const code = '424242'

export const button = (page: Page | Locator, name: string | RegExp) => page.getByRole('button', { name }).first()
export const link = (page: Page | Locator, name: string | RegExp) => page.getByRole('link', { name }).first()
export const field = (page: Page | Locator, label: string | RegExp) => page.getByLabel(label, { exact: true }).first()

export const optionalField = (page: Page, label: string) =>
  page.getByRole('textbox', { name: new RegExp(`^${label}`) }).first()

/** The first field of a sign-in, whose label names what it takes. */
export const identifierField = (page: Page) =>
  page.getByRole('textbox', { name: /^(Email address|Phone number|Username)/ }).first()

export async function enterIdentifier(page: Page, identifier: string): Promise<void> {
  await identifierField(page).fill(identifier)
  await submitClerk(page)
}

/** Enters the password on the second page of a sign-in. The first has a hidden field of the same name. */
export async function enterPassword(page: Page, password: string): Promise<void> {
  await page.getByText('Enter your password').first().waitFor()
  await field(page, 'Password').fill(password)
  await submitClerk(page)
}

/** Fills in both, as a password manager does: Clerk shows the field for the password only then. */
export async function fillInstantly(page: Page, identifier: string, password: string): Promise<void> {
  await identifierField(page).fill(identifier)
  await page.locator('input[name=password]').fill(password, { force: true })
  await submitClerk(page)
}

/** Enters a code once it has been sent: `send` is what makes Clerk send it. */
export async function enterCode(page: Page, send: () => Promise<unknown>, value = code): Promise<void> {
  const sent = page.waitForResponse(response => /\/prepare_(verification|first_factor|second_factor)/.test(response.url()))
  await send()
  await sent
  await typeCode(page, value)
}

export const typeCode = (page: Page, value = code) => field(page, 'Enter verification code').fill(value)

/** Signs in on the page for it, with a password. */
export async function signInWithPassword(page: Page, { email, password }: Person): Promise<void> {
  await page.goto('/sign-in')
  await enterIdentifier(page, email)
  await enterPassword(page, password)
}

interface SignUpForm {
  email?: string
  username?: string
  phone?: string
  password?: string
}

/** Fills in what the form for new users asks. */
export async function fillSignUp(page: Page, { email, username, phone, password }: SignUpForm): Promise<void> {
  if (email) await field(page, 'Email address').fill(email)
  // The labels of fields that are optional say so.
  if (username) await optionalField(page, 'Username').fill(username)
  if (phone) await optionalField(page, 'Phone number').fill(phone)
  if (password) await field(page, 'Password').fill(password)
}

/** Sends the form for new users. A password's field shows an opinion when it is left, which moves the button. */
export const submitSignUp = (page: Page) => field(page, 'Password').press('Enter')

export async function openUserMenu(page: Page): Promise<void> {
  await button(page, 'Open user menu').click()
  await button(page, 'Manage account').waitFor()
}

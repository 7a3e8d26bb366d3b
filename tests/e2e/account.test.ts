import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { press, signIn, signUp, submitClerk, useApp, userButton } from '../support/people.ts'

const app = useApp()
let page: Page
const profile = (id: string) => app.stored.profiles.findOne({ clerk_id: id })
const idle = () => expect.poll(async () => (await app.server.control()).idle, { timeout: 10_000 }).toBe(true)
const bio = () => page.getByLabel('Bio', { exact: true })
const save = () => page.getByRole('button', { name: 'Save', exact: true }).click()
const saved = () => page.getByText('Profile saved', { exact: true }).waitFor()

beforeEach(async () => {
  page = await app.newPage({ viewport: { width: 390, height: 844 } })
})
afterEach(async () => {
  await page.context().close()
  await app.server.control('/faults', { drop: 0 })
  await app.server.control('/clock', { ahead_ms: 0 })
})

describe('after sign-up', () => {
  it('asks for the fields and keeps them, whatever the webhook does later', async () => {
    await app.server.control('/faults', { drop: 1 })
    const id = await signUp(page, app.server.url)
    expect(await profile(id)).toBeNull()
    await page.getByLabel('Year', { exact: true }).fill('2000')
    await page.getByLabel('Month', { exact: true }).fill('2')
    await page.getByLabel('Day', { exact: true }).fill('29')
    await page.getByRole('combobox', { name: 'Country' }).fill('Norway')
    await bio().fill('New here')
    await page.getByRole('button', { name: 'Save and continue' }).click()
    await page.waitForURL(`${app.server.url}/profile`)
    const mine = { birthday: '2000-02-29', birth_month_day: '02-29', country: 'NO', bio: 'New here' }
    expect(await profile(id)).toMatchObject({ ...mine, clerk_updated_at: new Date(0) })

    // The lost event arrives at last.
    await app.server.control('/faults', { drop: 0 })
    const { messages } = await app.server.control()
    const lost = messages.find(
      ({ type, body }: { type: string, body: { data: { id: string } } }) =>
        type === 'user.created' && body.data.id === id,
    )
    await app.server.control('/replay', { id: lost.id })
    await expect.poll(async () => (await profile(id))?.clerk_updated_at?.getTime()).toBeGreaterThan(0)
    expect(await profile(id)).toMatchObject(mine)
  })

  it('can be skipped, and continues to the requested page', async () => {
    const id = await signUp(page, app.server.url, { query: '?redirect_url=/people' })
    await page.getByRole('link', { name: 'Skip for now' }).click()
    await page.waitForURL(`${app.server.url}/people`)
    await idle()
    expect(await profile(id)).not.toHaveProperty('bio')
  })

  it('shows the fields that the sign-up set as unsafe metadata', async () => {
    await page.goto(`${app.server.url}/sign-up`)
    const id = await page
      .waitForFunction(() => (window as unknown as { Clerk?: { loaded: boolean } }).Clerk?.loaded)
      .then(() =>
        page.evaluate(async () => {
          const { Clerk } = window as unknown as {
            Clerk: {
              client: {
                signUp: Record<
                  'create' | 'prepareEmailAddressVerification' | 'attemptEmailAddressVerification',
                  (params?: object) => Promise<{ createdUserId: string }>
                >
              }
            }
          }
          const { signUp } = Clerk.client
          await signUp.create({
            emailAddress: 'seeded@example.com',
            password: 'a good password',
            unsafeMetadata: { country: 'FI', birthday: '1999-12-31', bio: 7, shoe_size: 42 },
          })
          await signUp.prepareEmailAddressVerification()
          return (await signUp.attemptEmailAddressVerification({ code: '424242' })).createdUserId
        }),
      )
    await expect
      .poll(() => profile(id))
      .toMatchObject({ country: 'FI', birthday: '1999-12-31', birth_month_day: '12-31' })
    expect(await profile(id)).not.toHaveProperty('bio')
    expect(await profile(id)).not.toHaveProperty('shoe_size')
  })
})

describe('in Clerk\'s <UserProfile>', () => {
  it('shows what "About you" saves on the page behind it: both are the same form', async () => {
    page = await app.newPage()
    await signIn(page, app.server.url, 'ada')
    await page.goto(`${app.server.url}/profile`)
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__manageAccount').click()
    await press(page.getByRole('button', { name: 'About you' }))
    const account = page.locator('.cl-modalContent')
    await account.getByLabel('Bio', { exact: true }).fill('Said in the account')
    await account.getByRole('button', { name: 'Save', exact: true }).click()
    await saved()
    expect(await profile('user_123')).toMatchObject({ bio: 'Said in the account' })
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Saved profile' }).getByText('Said in the account').waitFor()
    expect(await bio().inputValue()).toBe('Said in the account')
    await page.getByRole('button', { name: 'Clear bio' }).click()
    await save()
    await expect.poll(() => profile('user_123')).toMatchObject({ bio: null })
  })

  it('shows a new name on the page at once', async () => {
    await signIn(page, app.server.url, 'mia')
    await page.goto(`${app.server.url}/profile`)
    await userButton(page).waitFor()
    await page.evaluate(() =>
      (window as unknown as { Clerk: { user: { update: (params: object) => Promise<void> } } }).Clerk.user.update({
        firstName: 'Maria',
      }),
    )
    await page.getByRole('region', { name: 'Saved profile' }).getByText('Maria Schmidt').waitFor()
  })
})

describe('your data', () => {
  it('can be downloaded as a file', async () => {
    await signIn(page, app.server.url, 'liam')
    await page.goto(`${app.server.url}/profile`)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('addendum-user_456.json')
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({
      identity: { name: 'Liam Tremblay' },
      profile: { country: 'CA' },
      deliveries: expect.arrayContaining([expect.objectContaining({ type: 'user.created' })]),
    })
  })

  it('can be erased after a confirmation, which empties the form', async () => {
    const id = await signUp(page, app.server.url)
    await bio().fill('Soon gone')
    await page.getByRole('button', { name: 'Save and continue' }).click()
    await page.waitForURL(`${app.server.url}/profile`)
    await page.getByRole('listitem').getByRole('button', { name: 'Erase' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await profile(id)).toMatchObject({ bio: 'Soon gone' })
    await page.getByRole('listitem').getByRole('button', { name: 'Erase' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click()
    await page.getByText('Profile fields erased', { exact: true }).waitFor()
    expect(await profile(id)).toMatchObject({ bio: null, visibility: 'private' })
    expect(await bio().inputValue()).toBe('')
  })

  it('is erased with the account, which Clerk deletes once the confirmation is typed', async () => {
    const id = await signUp(page, app.server.url)
    await page.goto(`${app.server.url}/profile`)
    await userButton(page).waitFor()
    await page.getByRole('button', { name: 'Delete account' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
    const confirm = dialog.getByRole('button', { name: 'Delete account' })
    expect(await confirm.isDisabled()).toBe(true)
    await page.keyboard.type('Delete account')
    await confirm.click()
    await page.getByText('Account deleted', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await expect.poll(() => profile(id)).toMatchObject({ deleted_at: expect.any(Date) })
    expect((await page.request.get(`${app.server.url}/api/me`)).status()).toBe(401)
  })

  it('asks for Clerk\'s verification before deleting when the sign-in was ten minutes ago', async () => {
    const id = await signUp(page, app.server.url)
    await page.goto(`${app.server.url}/profile`)
    await userButton(page).waitFor()
    await app.server.control('/clock', { ahead_ms: 11 * 60_000 })
    const ask = async () => {
      await page.getByRole('button', { name: 'Delete account' }).click()
      await page.getByRole('dialog').getByText('Clerk may first ask').waitFor()
      await page.keyboard.type('Delete account')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Verification required' }).waitFor()
    }
    await ask()
    await page.locator('.cl-modalCloseButton').click()
    await page.getByText('Account not deleted', { exact: true }).waitFor()
    expect(await profile(id)).not.toHaveProperty('deleted_at')

    await ask()
    await page.locator('input[name=password]').fill('not my password')
    await submitClerk(page)
    await page.getByText('Password is incorrect').first().waitFor()
    await page.locator('input[name=password]').fill('a good password')
    await submitClerk(page)
    await page.getByText('Account deleted', { exact: true }).waitFor()
    await page.waitForURL(`${app.server.url}/`)
    await expect.poll(() => profile(id)).toMatchObject({ deleted_at: expect.any(Date) })
  })

  it('lets Clerk\'s <UserProfile> change the account after a verification by code', async () => {
    page = await app.newPage()
    await signUp(page, app.server.url)
    await app.server.control('/clock', { ahead_ms: 11 * 60_000 })
    await userButton(page).click()
    await page.locator('.cl-userButtonPopoverActionButton__manageAccount').click()
    await press(page.getByRole('button', { name: 'Set username' }))
    await page.locator('input[name=username]').fill('verified_anew')
    await press(page.locator('.cl-modalContent').getByRole('button', { name: 'Save' }))
    await page.getByText('Use another method').click()
    await press(page.getByRole('button', { name: /Email code to/ }))
    await page.getByRole('heading', { name: 'Verification required' }).waitFor()
    await page.keyboard.type('424242')
    await page.locator('.cl-modalContent').getByText('verified_anew').first().waitFor()
  })
})

import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profiled } from '../support/database.ts'
import { fillSignIn, signedInState, signIn, useApp } from '../support/people.ts'
import { settle } from '../support/visit.ts'

const app = useApp()
let state: BrowserContextOptions['storageState']
let page: Page

const start = {
  birthday: '1990-05-12',
  birth_month_day: '05-12',
  country: 'US',
  bio: 'Coffee enthusiast.',
  visibility: 'private' as const,
}
const row = () => app.stored.profiles.findOne({ clerk_id: 'user_123' })
const part = (name: 'Day' | 'Month' | 'Year') => page.getByLabel(name, { exact: true })
const country = (at = page) => at.getByRole('combobox', { name: 'Country' })
const bio = (at = page) => at.getByLabel('Bio', { exact: true })
const saveButton = (at = page) => at.getByRole('button', { name: 'Save', exact: true })
const saved = (at = page) => at.getByText('Profile saved', { exact: true }).waitFor()
/** What the page says is saved, beside the form. */
const card = (at = page) => at.getByRole('region', { name: 'Saved profile' })

beforeAll(async () => {
  state = await signedInState(app, 'ada')
})
beforeEach(async () => {
  await app.stored.client.db('addendum').collection('rate_limits').deleteMany({})
  await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: start, $unset: { birthday_visibility: '' } })
})
afterEach(() => page.context().close())

async function open(options: BrowserContextOptions = {}) {
  page = await app.newPage({ storageState: state, ...options })
  await page.goto(`${app.server.url}/profile`)
  // Vue may not have come to the form yet, when its app is there: what is filled in before is lost.
  await settle(page)
}

describe('/profile', () => {
  it.each([
    ['en-US', 'May 12, 1990', 'United States', ['Month', 'Day', 'Year']],
    ['nl-NL', '12 May 1990', 'United States', ['Day', 'Month', 'Year']],
    ['fa-IR', '12 May 1990', 'United States', ['Day', 'Month', 'Year']],
  ])('is whole from the server, English, and writes dates in the order of %s', async (locale, date, name, order) => {
    await open({ locale, javaScriptEnabled: true })
    const html = await (
      await page.context().request.get(`${app.server.url}/profile`, { headers: { 'accept-language': locale } })
    ).text()
    for (const text of ['Ada Baker', 'ada@example.com', date, name, 'Coffee enthusiast.']) expect(html).toContain(text)
    await card().getByText(date).waitFor()
    expect(await country().inputValue()).toBe(name)
    expect(await page.getByRole('group', { name: 'Birthday' }).locator('label').allInnerTexts()).toEqual(order)
  })

  it('is loaded once, by the server and by a link', async () => {
    await open()
    const records = await profiled(app, () => page.context().request.get(`${app.server.url}/profile`))
    const loads = records.filter(({ op, command }) => op === 'query' && command.filter.clerk_id === 'user_123')
    expect(loads).toHaveLength(1)

    await page.goto(`${app.server.url}/people`)
    await settle(page)
    const requests: string[] = []
    page.on('request', request => request.url().endsWith('/api/me') && requests.push(request.method()))
    await page.getByRole('navigation').getByRole('link', { name: 'Profile' }).click()
    await expect.poll(() => bio().inputValue()).toBe('Coffee enthusiast.')
    expect(requests).toEqual(['GET'])
  })

  it.each(['Pacific/Kiritimati', 'Pacific/Honolulu', 'UTC'])(
    'shows and saves the very date in %s',
    async (timezoneId) => {
      await open({ timezoneId })
      await card().getByText('May 12, 1990').waitFor()
      expect([
        await part('Year').inputValue(),
        await part('Month').inputValue(),
        await part('Day').inputValue(),
      ]).toEqual(['1990', '05', '12'])
      await part('Day').fill('1')
      await saveButton().click()
      await saved()
      expect(await row()).toMatchObject({ birthday: '1990-05-01', birth_month_day: '05-01' })
      await card().getByText('May 1, 1990').waitFor()
    },
  )

  it('is edited and saved with the keyboard alone', async () => {
    await open()
    await part('Month').focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('2')
    await page.keyboard.press('Tab')
    await page.keyboard.type('29')
    await page.keyboard.press('Tab')
    await page.keyboard.type('2000')
    await country().focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('germ')
    await page.getByRole('option', { name: 'Germany', selected: true }).waitFor()
    await page.keyboard.press('Enter')
    expect(await country().inputValue()).toBe('Germany')
    await bio().focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('Hi')
    await saveButton().focus()
    await page.keyboard.press('Enter')
    await saved()
    expect(await row()).toMatchObject({ birthday: '2000-02-29', birth_month_day: '02-29', country: 'DE', bio: 'Hi' })
  })

  it('finds a country by part of its name, without accents and by code, by keyboard, too', async () => {
    await open()
    for (const [typed, name] of [
      ['cote d', 'Côte d’Ivoire'],
      ['zealand', 'New Zealand'],
      ['ch', 'Switzerland'],
    ] as const) {
      await country().fill(typed)
      await page.getByRole('option', { name, selected: true }).waitFor()
      await page.keyboard.press('Enter')
      expect(await country().inputValue()).toBe(name)
    }
    await page.keyboard.press('ArrowDown')
    await page.getByRole('listbox').waitFor()
    expect(await page.getByRole('listbox').getByRole('option').count()).toBe(250)
    await page.keyboard.press('Escape')
    await page.getByRole('listbox').waitFor({ state: 'hidden' })
    expect(await country().inputValue()).toBe('Switzerland')
  })

  it('stores the country whose whole name, alias or code is typed, by Enter or by leaving the field', async () => {
    await open()
    for (const [typed, name] of [
      ['South Korea', 'South Korea'],
      ['Taiwan', 'Taiwan'],
      ['UK', 'United Kingdom'],
      ['America', 'United States'],
      ['GBR', 'United Kingdom'],
      ['Deutschland', 'Germany'],
      ['Ivory Coast', 'Côte d’Ivoire'],
      ['Bosnia and Herzegovina', 'Bosnia & Herzegovina'],
      ['St Lucia', 'St. Lucia'],
    ] as const) {
      for (const key of ['Enter', 'Tab']) {
        await country().fill('')
        await country().pressSequentially(typed)
        await page.keyboard.press(key)
        expect([typed, key, await country().inputValue()]).toEqual([typed, key, name])
      }
    }
    await saveButton().click()
    await saved()
    expect((await row())?.country).toBe('LC')
  })

  it('chooses none by Enter where nothing is typed, or what is typed names none or two', async () => {
    await open()
    await country().click()
    await page.getByRole('listbox').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('listbox').waitFor({ state: 'hidden' })
    expect(await country().inputValue()).toBe('United States')
    for (const [typed, hint] of [
      ['Korea', 'More than one country'],
      ['land', 'Finland'],
    ] as const) {
      await country().fill(typed)
      await page.getByRole('option', { name: hint }).waitFor()
      await page.keyboard.press('Enter')
      expect(await country().inputValue()).toBe(typed)
      await bio().focus()
      await page.getByText('Choose a country from the list').waitFor()
    }
  })

  it('guesses the country from the browser\'s language, and sets it only when asked to', async () => {
    await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: { country: null } })
    await open({ locale: 'en-CA' })
    expect(await country().inputValue()).toBe('')
    await page.getByRole('button', { name: 'Use Canada' }).click()
    expect(await country().inputValue()).toBe('Canada')
    expect((await row())?.country).toBeNull()
    await saveButton().click()
    await saved()
    expect((await row())?.country).toBe('CA')
  })

  it('takes a date from the browser\'s own calendar', async () => {
    await open()
    // The calendar itself is drawn outside the page: this is what it does when a day is chosen.
    await page.locator('input[type=date]').evaluate((input: HTMLInputElement) => {
      input.value = '2000-02-29'
      input.dispatchEvent(new Event('change'))
    })
    expect([await part('Year').inputValue(), await part('Month').inputValue(), await part('Day').inputValue()]).toEqual(
      ['2000', '02', '29'],
    )
  })

  it('says at each field what is wrong, sends nothing, and leads to the first', async () => {
    await open()
    const writes: string[] = []
    page.on('request', request => request.method() === 'PATCH' && writes.push(request.url()))
    await part('Month').fill('2')
    await part('Day').fill('30')
    await country().fill('Atlantis')
    await bio().fill('👩🏽‍🚀'.repeat(501))
    await page.getByText('501 of 500 characters').waitFor()
    await saveButton().click()
    await page.getByText('Enter a date that exists').waitFor()
    await page.getByText('Choose a country from the list').waitFor()
    await page.getByText('Enter at most 500 characters').waitFor()
    await expect.poll(() => part('Month').evaluate(input => input === document.activeElement)).toBe(true)
    expect(await country().inputValue()).toBe('Atlantis')
    for (const [year, text] of [
      ['1899', 'not before 1900'],
      ['2999', 'not in the future'],
    ] as const) {
      await part('Day').fill('1')
      await part('Year').fill(year)
      await saveButton().click()
      await page.getByText(text).waitFor()
    }
    expect(writes).toEqual([])
    expect(await row()).toMatchObject(start)
    await bio().fill('x'.repeat(505))
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })

  it('keeps emoji, right-to-left text and markup as the text they are', async () => {
    const text = '<img src=x onerror="window.hacked = true"> 👩🏽‍🚀\nשלום עולם {{ 7 * 7 }}'
    await open()
    await bio().fill(text)
    await saveButton().click()
    await saved()
    await page.reload()
    expect(await bio().inputValue()).toBe(text)
    await card().getByText('<img src=x onerror="window.hacked = true">').waitFor()
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    expect((await row())?.bio).toBe(text)
  })

  it('clears each field by itself', async () => {
    await open()
    for (const name of ['birthday', 'country', 'bio']) await page.getByRole('button', { name: `Clear ${name}` }).click()
    await saveButton().click()
    await saved()
    expect(await row()).toMatchObject({ birthday: null, birth_month_day: null, country: null, bio: null })
    expect(await card().getByText('—', { exact: true }).count()).toBe(3)
  })
})

describe('when a save does not go well', () => {
  it('shows an edit at once, reverts it when it cannot be saved, keeps the text, and saves on demand', async () => {
    await open()
    await bio().fill('Written in the dark')
    await app.mongod.kill()
    await saveButton().click()
    await card().getByText('Written in the dark').waitFor()
    await page.getByText('Your changes are still in the form').waitFor({ timeout: 20_000 })
    await card().getByText('Coffee enthusiast.').waitFor()
    expect(await bio().inputValue()).toBe('Written in the dark')
    await app.mongod.restart()
    await expect.poll(async () => (await fetch(`${app.server.url}/api/ready`)).status, { timeout: 20_000 }).toBe(200)
    await page.getByRole('button', { name: 'Try again' }).click()
    await saved()
    expect((await row())?.bio).toBe('Written in the dark')
  })

  it('fetches a fresh token where the short one has run out', async () => {
    await open()
    await expect
      .poll(() => page.evaluate(() => Boolean((window as { Clerk?: { session?: unknown } }).Clerk?.session)))
      .toBe(true)
    await bio().fill('A minute later')
    await page.context().clearCookies({ name: '__session' })
    await saveButton().click()
    await saved()
    expect((await row())?.bio).toBe('A minute later')
  })

  it('keeps what was typed over the end of the session, through a new sign-in', async () => {
    page = await app.newPage()
    await signIn(page, app.server.url, 'ada')
    await page.goto(`${app.server.url}/profile`)
    await expect
      .poll(() => page.evaluate(() => Boolean((window as { Clerk?: { session?: unknown } }).Clerk?.session)))
      .toBe(true)
    await bio().fill('Typed before the end')
    // The session ends elsewhere, as when its owner signs this device out.
    await page.context().request.post(`${app.server.url}/__clerk/v1/client/sessions?_method=DELETE`)
    await page.context().clearCookies({ name: '__session' })
    await saveButton().click()
    await page.getByText('Your session has ended').waitFor()
    // What is private is gone from the page.
    expect(await bio().count()).toBe(0)
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await fillSignIn(page, 'ada')
    await page.waitForURL(`${app.server.url}/profile`)
    await page.getByText('Your unsaved changes were restored').waitFor()
    expect(await bio().inputValue()).toBe('Typed before the end')
    await saveButton().click()
    await saved()
    expect((await row())?.bio).toBe('Typed before the end')
  })

  it('asks before leaving, and keeps what was typed over a reload', async () => {
    await open()
    await bio().fill('Not saved')
    await page.getByRole('link', { name: 'Directory' }).click()
    await page.getByRole('dialog').getByText('Leave without saving?').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await bio().inputValue()).toBe('Not saved')
    const asked = new Promise<string>(resolve =>
      page.once('dialog', (dialog) => {
        resolve(dialog.type())
        void dialog.accept()
      }),
    )
    await page.reload()
    expect(await asked).toBe('beforeunload')
    await page.getByText('Your unsaved changes were restored').waitFor()
    expect(await bio().inputValue()).toBe('Not saved')
    await page.getByRole('link', { name: 'Directory' }).click()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'Directory' }).waitFor()
    await page.goBack()
    expect(await bio().inputValue()).toBe('Coffee enthusiast.')
  })
})

describe('in two tabs', () => {
  async function conflict() {
    await open()
    const other = await page.context().newPage()
    await other.goto(page.url())
    await bio(other).fill('From the other tab')
    await saveButton(other).click()
    await saved(other)
    await page.bringToFront()
    await country().fill('Japan')
    await saveButton().click()
    await page.getByRole('heading', { name: 'This profile was changed elsewhere' }).waitFor()
    expect(await row()).toMatchObject({ bio: 'From the other tab', country: 'US' })
  }

  it('the second save is told, and takes what it did not touch from the first', async () => {
    await conflict()
    expect(await page.getByRole('radio', { name: /Japan/ }).isChecked()).toBe(true)
    expect(await page.getByRole('radio', { name: /From the other tab/ }).isChecked()).toBe(true)
    await page.getByRole('button', { name: 'Save these choices' }).click()
    await saved()
    expect(await row()).toMatchObject({ bio: 'From the other tab', country: 'JP' })
    expect(await bio().inputValue()).toBe('From the other tab')
  })

  it('the second save may choose field by field', async () => {
    await conflict()
    await page.getByRole('radio', { name: /Coffee/ }).check()
    await page.getByRole('radio', { name: /United States/ }).check()
    await page.getByRole('button', { name: 'Save these choices' }).click()
    await saved()
    expect(await row()).toMatchObject({ bio: 'Coffee enthusiast.', country: 'US' })
  })

  it('the second save may overwrite all', async () => {
    await conflict()
    await page.getByRole('button', { name: 'Overwrite' }).click()
    await saved()
    expect(await row()).toMatchObject({ bio: 'Coffee enthusiast.', country: 'JP' })
  })
})

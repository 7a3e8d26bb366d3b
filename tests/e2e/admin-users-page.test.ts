import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { signIn } from '../support/people.ts'
import { useUserList } from '../support/user-list.ts'
import { violationsIn, watch } from '../support/visit.ts'

const { app, page: admin, open, rows, idsOf, isAt, stored } = useUserList()
let page: Page
beforeAll(() => (page = admin()))

describe('saved views', () => {
  it('keep a search under a name, replace it when asked, and are deleted', async () => {
    await open('?country=CA&sort=birthday')
    const menu = page.locator('summary', { hasText: 'Views' })
    const name = page.getByLabel('View name')
    await menu.click()
    await page.getByText('No saved views yet').waitFor()
    await name.fill('Canadians')
    await name.press('Enter')
    await page.getByRole('link', { name: 'Canadians' }).waitFor()

    await open('?country=DE')
    await menu.click()
    await page.getByRole('link', { name: 'Canadians' }).click()
    await isAt('?country=CA&sort=birthday')
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ country: 'CA' }))

    await page.getByRole('link', { name: 'Remove filter: Country: Canada' }).click()
    await isAt('?sort=birthday')
    const dialog = page.getByRole('dialog')
    for (const [answer, kept] of [
      ['Cancel', 'country=CA&sort=birthday'],
      ['Replace', 'sort=birthday'],
    ] as const) {
      await menu.click()
      await name.fill('Canadians')
      await name.press('Enter')
      await dialog.getByRole('button', { name: answer }).click()
      await expect
        .poll(async () => (await (await page.request.get(`${app.server.url}/api/admin/views`)).json()).views)
        .toEqual([{ name: 'Canadians', query: kept }])
      await page.keyboard.press('Escape')
    }
    await menu.click()
    await page.getByRole('button', { name: 'Delete view Canadians' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No saved views yet').waitFor()
    await page.getByText('View “Canadians” deleted', { exact: true }).waitFor()
    expect(await menu.evaluate(element => element === document.activeElement)).toBe(true)
  })
})

describe('without JavaScript', () => {
  it('is filtered, sorted and paged by links and one form', async () => {
    const plain = await app.newPage({ javaScriptEnabled: false, storageState: await page.context().storageState() })
    await plain.goto(`${app.server.url}/admin/users?country=IN&limit=3`)
    await plain.getByLabel('Sort by').selectOption('Oldest people first')
    await plain.getByText('Birthday and age').click()
    await plain.getByLabel('Born on or after').fill('1960-01-01')
    await plain.getByRole('button', { name: 'Apply' }).click()
    const expected = (
      await app.stored.profiles
        .find({ country: 'IN', birthday: { $gte: '1960-01-01' } })
        .sort({ birthday: 1 })
        .toArray()
    ).map(({ clerk_id }) => clerk_id)
    expect(await idsOf(plain)).toEqual(expected.slice(0, 3))
    await plain.getByRole('link', { name: 'Next' }).click()
    expect(await idsOf(plain)).toEqual(expected.slice(3, 6))
    await plain.getByLabel('Find a country').fill('DE')
    await plain.getByLabel('Find a country').press('Enter')
    await plain.getByRole('link', { name: 'Remove filter: Country: Germany' }).waitFor()
    await plain.getByRole('link', { name: 'Remove filter: Country: India' }).click()
    await plain.getByRole('link', { name: 'Clear all' }).click()
    expect(await idsOf(plain)).toHaveLength(3)
    await plain.context().close()
  })
})

describe('on a phone', () => {
  it('shows the rows as cards that are still a table, and folds the filters away', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await open('?clerk_id=user_123,user_456')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    const ada = page.getByRole('table', { name: 'Users' }).getByRole('row').filter({ hasText: 'Coffee enthusiast.' })
    expect(await ada.getByRole('cell').count()).toBe(6)
    const country = ada.getByRole('cell').filter({ hasText: 'United States' })
    expect(await country.evaluate(cell => getComputedStyle(cell, '::before').content)).toBe('"Country"')
    const [above, below] = await Promise.all([ada.getByRole('rowheader').boundingBox(), country.boundingBox()])
    expect(below!.y).toBeGreaterThanOrEqual(above!.y + above!.height)
    expect(await page.getByRole('button', { name: 'Apply' }).isVisible()).toBe(false)
    await page.locator('summary', { hasText: 'Filters (1)' }).click()
    await page.getByRole('link', { name: /^Canada/ }).click()
    await isAt('?clerk_id=user_123,user_456&country=CA')
    await expect.poll(() => idsOf()).toEqual(['user_456'])
    // The card as a whole leads to its user.
    await rows()
      .first()
      .click({ position: { x: 200, y: 120 } })
    await page.waitForURL('**/admin/users/user_456')
  })
})

describe('the page', () => {
  it.each([390, 1280])('is accessible at %i pixels, light and dark, and breaks no rule of its own', async (width) => {
    const visitor = await page.context().newPage()
    const complaints = await watch(visitor, app.server.url)
    await visitor.setViewportSize({ width, height: 900 })
    for (const query of ['?country=CA,DE&age_min=18&sort=birthday&limit=5', '?q=nobody+of+this+name', '?age_min=old']) {
      await open(query, visitor)
      if (width === 390) await visitor.locator('summary', { hasText: 'Filters' }).click()
      await visitor
        .getByRole('link', { name: /^May \d+ users/ })
        .or(visitor.getByRole('alert'))
        .first()
        .waitFor()
      await visitor.locator('summary', { hasText: 'Views' }).click()
      await visitor.getByText('No saved views yet').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await visitor.emulateMedia({ colorScheme })
        await visitor.locator(`html[data-theme=${colorScheme}]`).waitFor()
        expect(await violationsIn(colorScheme, visitor), `${query} ${colorScheme}`).toEqual([])
      }
      expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      // Nothing that only screen readers see lengthens the page beyond its foot.
      expect(
        await visitor.evaluate(
          () =>
            document.documentElement.scrollHeight
            - document.querySelector('footer')!.getBoundingClientRect().bottom
            - scrollY,
        ),
      ).toBeLessThanOrEqual(1)
    }
    // The API refuses the last of them, which Chromium reports.
    expect({ ...complaints, errors: complaints.errors.filter(error => !error.includes('400 (Bad Request)')) }).toEqual({
      foreign: [],
      errors: [],
    })
    await visitor.close()
  })

  it('is for admins alone', async () => {
    const other = await app.newPage()
    await signIn(other, app.server.url, 'ada')
    expect((await other.goto(`${app.server.url}/admin/users`))!.status()).toBe(403)
    await other.context().close()
  })
})

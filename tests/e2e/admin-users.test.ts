import type { Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { signIn, useApp } from '../support/people.ts'
import { settle, violations, watch } from '../support/visit.ts'

const app = useApp()
let page: Page
const total = 134

beforeAll(async () => {
  await app.server.control('/seed', { count: total - 4 })
  await vi.waitUntil(async () => (await app.server.control()).idle, { timeout: 30_000 })
  page = await app.newPage()
  await signIn(page, app.server.url, 'admin')
})
afterEach(async () => {
  await app.server.control('/rate-limit', { per_second: 0 })
  await page.unrouteAll({ behavior: 'wait' })
  await page.setViewportSize({ width: 1280, height: 900 })
})

/** Opens the list as a link does that somebody was sent. */
async function open(query = '', target = page) {
  await target.goto(`${app.server.url}/admin/users${query}`)
  await settle(target)
}
const rows = (target = page) => target.getByRole('row').filter({ has: target.getByRole('rowheader') })
const idsOf = (target = page) => rows(target).evaluateAll(each => each.map(row => row.querySelector('a')!.pathname.split('/').at(-1)!))
const search = () => new URL(page.url()).search
const isAt = (query: string) => expect.poll(search).toBe(query)
const totalOf = (text: string) => page.getByRole('region', { name: 'Results' }).getByRole('status').filter({ hasText: text }).waitFor()
const chips = () => page.getByRole('list', { name: 'Active filters' }).getByRole('listitem').allTextContents()
const stored = async (filter: object) => (await app.stored.profiles.find(filter).toArray()).map(({ clerk_id }) => clerk_id).toSorted()
/** All that a test needs of a list: what it holds, how it is asked for, and how that reads. */
const view = async () => ({ ids: await idsOf(), search: search(), chips: await chips() })

describe('the list of users', () => {
  it('is there with the server\'s answer, and names, mail and pictures come after it', async () => {
    const html = await (await page.request.get(`${app.server.url}/admin/users?clerk_id=user_123`)).text()
    expect(html).toMatch(/<b[^>]*>user_123<\/b>/)
    expect(html).not.toContain('Ada Baker')
    await open('?clerk_id=user_123,user_456')
    const ada = rows().filter({ hasText: 'Ada Baker' })
    await ada.getByText('ada@example.com').waitFor()
    expect(await ada.getByRole('link').getAttribute('href')).toBe('/admin/users/user_123')
    expect(await ada.getByRole('cell').allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/^May 12, 1990\d\d years$/), expect.stringContaining('United States'), 'Coffee enthusiast.', 'private']))
    await expect.poll(() => ada.locator('img').evaluate(img => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
    await totalOf('2 users')
  })

  it('is filtered by countries and month, which are counted beside it, and each chip takes one away', async () => {
    await open()
    await totalOf(`${total} users`)
    const filters = page.getByRole('search', { name: 'Users' })
    const canada = await stored({ country: 'CA' })
    await filters.getByRole('link', { name: `Canada ${canada.length} users` }).click()
    await isAt('?country=CA')
    await totalOf(`${canada.length} users`)
    expect((await idsOf()).toSorted()).toEqual(canada)
    await filters.getByLabel('Find a country').fill('germ')
    await filters.getByLabel('Find a country').press('Enter')
    await isAt('?country=CA,DE')
    await filters.getByRole('link', { name: /^May \d+ users$/ }).click()
    await isAt('?country=CA,DE&birth_month=5')
    await expect.poll(chips).toEqual(['Remove filter: Country: Canada', 'Remove filter: Country: Germany', 'Remove filter: Born in May'])
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ country: { $in: ['CA', 'DE'] }, birth_month_day: /^05/ }))
    await page.getByRole('link', { name: 'Remove filter: Country: Canada' }).click()
    await isAt('?country=DE&birth_month=5')
    await page.getByRole('link', { name: 'Clear all' }).click()
    await isAt('')
    await totalOf(`${total} users`)
  })

  it('is filtered by what is typed, and the boxes follow the URL', async () => {
    await open('?sort=birthday')
    const filters = page.getByRole('search', { name: 'Users' })
    await filters.getByText('Birthday and age').click()
    await filters.getByLabel('Born on this day or later').fill('1960-01-01')
    await filters.getByLabel('Born on this day or earlier').fill('1969-12-31')
    await filters.getByRole('button', { name: 'Apply' }).click()
    await isAt('?sort=birthday&birthday_from=1960-01-01&birthday_to=1969-12-31')
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ birthday: /^196/ }))
    await page.getByRole('link', { name: 'Remove filter: Born from' }).click()
    await isAt('?sort=birthday')
    await expect.poll(() => filters.getByLabel('Born on this day or later').inputValue()).toBe('')
    await page.goBack()
    await expect.poll(() => filters.getByLabel('Born on this day or later').inputValue()).toBe('1960-01-01')
  })

  it('is the same after going back, after a reload, and for whom the link is sent to', async () => {
    await open('?country=CA,DE&sort=birthday')
    const before = await view()
    expect(before.ids.length).toBeGreaterThan(5)
    await page.getByRole('link', { name: 'Remove filter: Country: Canada' }).click()
    await expect.poll(async () => (await idsOf()).length).toBeLessThan(before.ids.length)
    await page.goBack()
    await expect.poll(view).toEqual(before)
    await page.reload()
    expect(await view()).toEqual(before)
    await rows().first().getByRole('link').click()
    await page.waitForURL(/users\/user_/)
    await page.goBack()
    await expect.poll(view).toEqual(before)
    const other = await page.context().newPage()
    await open(before.search, other)
    expect(await idsOf(other)).toEqual(before.ids)
    await other.close()
  })

  it('is paged forth and back, everybody once; the focus goes to the top, which says that the page has come', async () => {
    await open('?limit=30')
    const forth = [await idsOf()]
    const top = page.getByRole('region', { name: 'Results' }).getByRole('status')
    const turn = async (name: string) => {
      const [before] = await idsOf()
      await page.getByRole('link', { name, exact: true }).press('Enter')
      await expect.poll(async () => (await idsOf())[0]).not.toBe(before)
      await expect.poll(() => top.innerText()).toContain(`${name.toLowerCase()} page`)
      expect(await top.evaluate(element => element === document.activeElement)).toBe(true)
      return idsOf()
    }
    while (await page.getByRole('link', { name: 'Next', exact: true }).count()) forth.push(await turn('Next'))
    expect(forth.flat().toSorted()).toEqual(await stored({}))
    expect(forth.map(({ length }) => length)).toEqual([30, 30, 30, 30, 14])
    const back = [forth.at(-1)!]
    while (await page.getByRole('link', { name: 'Previous', exact: true }).count()) back.unshift(await turn('Previous'))
    expect(back).toEqual(forth)
    // A cursor is of its own search: another one starts at its first page.
    await turn('Next')
    await page.getByRole('link', { name: /^No bio/ }).click()
    await isAt('?limit=30&missing=bio')
  })

  it('is sorted by its headers, which say how, and by the box of all sorts', async () => {
    await open('?limit=20')
    const header = page.getByRole('columnheader', { name: 'Birthday' })
    expect(await header.getAttribute('aria-sort')).toBe('none')
    expect(await page.getByRole('columnheader', { name: 'Created' }).getAttribute('aria-sort')).toBe('descending')
    const byBirthday = (await app.stored.profiles.find({ birthday: { $type: 'string' } }).sort({ birthday: 1 }).toArray()).map(({ birthday }) => birthday!)
    const birthdays = async () => {
      const found = await app.stored.profiles.find({ clerk_id: { $in: await idsOf() } }).toArray()
      const of = new Map(found.map(({ clerk_id, birthday }) => [clerk_id, birthday]))
      return (await idsOf()).map(id => of.get(id))
    }
    await header.getByRole('link').click()
    await expect.poll(birthdays).toEqual(byBirthday.slice(0, 20))
    expect(await header.getAttribute('aria-sort')).toBe('ascending')
    await header.getByRole('link').click()
    await expect.poll(birthdays).toEqual(byBirthday.toReversed().slice(0, 20))
    expect(await header.getAttribute('aria-sort')).toBe('descending')
    await page.getByLabel('Sort by').selectOption('Next birthday first')
    await isAt('?limit=20&sort=next_birthday')
    await page.getByLabel('Sort by').selectOption('Newest first')
    await isAt('?limit=20')
  })

  it('is worked by the keyboard alone', async () => {
    await open()
    await page.getByLabel('Name or e-mail').focus()
    await page.keyboard.type('example.com')
    await page.keyboard.press('Enter')
    await isAt('?q=example.com')
    const reach = async (name: string | RegExp) => {
      const link = page.getByRole('link', { name }).first()
      await link.waitFor()
      for (let presses = 0; presses < 200; presses++) {
        if (await link.evaluate(element => element === document.activeElement)) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`${name} cannot be reached`)
    }
    await reach(/^Canada/)
    await page.keyboard.press('Enter')
    await isAt('?q=example.com&country=CA')
    await reach(/^Remove filter: Name/)
    await page.keyboard.press('Enter')
    await isAt('?country=CA')
    const [first] = await idsOf()
    await rows().first().getByRole('link').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/admin/users/${first}`)
  })

  it('finds users by name and e-mail, as Clerk knows them', async () => {
    await open()
    await page.getByLabel('Name or e-mail').fill('tremblay')
    await page.getByRole('button', { name: 'Search' }).click()
    await expect.poll(() => idsOf()).toEqual(['user_456'])
    await page.getByLabel('Name or e-mail').fill('mia@example.com')
    await page.getByLabel('Name or e-mail').press('Enter')
    await expect.poll(() => idsOf()).toEqual(['user_789'])
    await page.getByLabel('Name or e-mail').fill('nobody of this name')
    await page.getByLabel('Name or e-mail').press('Enter')
    await page.getByText('Nobody matches').waitFor()
    await page.getByRole('link', { name: 'Clear the filters' }).click()
    await totalOf(`${total} users`)
    expect(await page.getByLabel('Name or e-mail').inputValue()).toBe('')
  })

  it('is there without names while Clerk does not answer, and says so', async () => {
    await app.server.control('/rate-limit', { per_second: 0.5 })
    // What was known is forgotten with the event.
    await app.server.control('/send', { type: 'user.updated', id: 'user_456' })
    await vi.waitUntil(async () => (await app.server.control()).idle)
    await page.goto(`${app.server.url}/admin/users?clerk_id=user_456`)
    await page.getByText('Clerk does not answer at the moment').waitFor()
    expect(await rows().getByRole('rowheader').innerText()).toBe('user_456')
    await rows().getByText('Canada').waitFor()
  })

  it('keeps its rows until the next ones are there, and does without counts that do not come', async () => {
    await page.route('**/api/admin/profiles/facets**', route => route.abort())
    await open()
    await page.getByRole('link', { name: 'Canada', exact: true }).waitFor()
    const before = await idsOf()
    const held = Promise.withResolvers<undefined>()
    await page.route('**/api/admin/profiles?**', async (route) => {
      await held.promise
      await route.continue()
    })
    await page.getByRole('link', { name: 'Canada', exact: true }).click()
    await page.locator('[aria-busy=true]').filter({ has: page.getByRole('table') }).waitFor()
    expect(await idsOf()).toEqual(before)
    held.resolve(undefined)
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ country: 'CA' }))
    await page.locator('[aria-busy=false]').filter({ has: page.getByRole('table') }).waitFor()
  })

  it('says what is wrong with a link, and how to mend it', async () => {
    await open('?age_min=old&country=CA&colour=red')
    const alert = page.getByRole('alert').filter({ hasText: 'This search cannot be answered' })
    await alert.getByText('colour: There is no such filter').waitFor()
    await alert.getByRole('link', { name: 'Clear colour' }).click()
    await alert.getByText('Give a whole number from 0 to 200').waitFor()
    await alert.getByRole('link', { name: 'Clear age_min' }).click()
    await isAt('?country=CA')
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ country: 'CA' }))
  })

  it('starts at the first page where the cursor is none of this search', async () => {
    await open('?country=CA&cursor=nonsense')
    await isAt('?country=CA')
    await open('?limit=20')
    await page.getByRole('link', { name: 'Next', exact: true }).click()
    await page.waitForURL(/cursor=/)
    const { searchParams } = new URL(page.url())
    await open(`?limit=20&sort=birthday&cursor=${searchParams.get('cursor')}`)
    await isAt('?limit=20&sort=birthday')
  })

  it('says that there are no users yet', async () => {
    await app.stored.profiles.updateMany({}, { $set: { deleted_at: new Date() } })
    await open()
    await page.getByText('There are no users yet').waitFor()
    await app.stored.profiles.updateMany({}, { $unset: { deleted_at: '' } })
  })
})

describe('saved views', () => {
  it('keep a search under a name, replace it when asked, and are deleted', async () => {
    await open('?country=CA&sort=birthday')
    const menu = page.locator('summary', { hasText: 'Views' })
    const name = page.getByLabel('Name of the view')
    await menu.click()
    await page.getByText('No view is saved yet').waitFor()
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
    for (const [answer, kept] of [['Cancel', 'country=CA&sort=birthday'], ['Replace', 'sort=birthday']] as const) {
      await menu.click()
      await name.fill('Canadians')
      await name.press('Enter')
      await dialog.getByRole('button', { name: answer }).click()
      await expect.poll(async () => (await (await page.request.get(`${app.server.url}/api/admin/views`)).json()).views).toEqual([{ name: 'Canadians', query: kept }])
      await page.keyboard.press('Escape')
    }
    await menu.click()
    await page.getByRole('button', { name: 'Delete the view Canadians' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No view is saved yet').waitFor()
    await page.getByText('The view “Canadians” is deleted', { exact: true }).waitFor()
    expect(await menu.evaluate(element => element === document.activeElement)).toBe(true)
  })
})

describe('without JavaScript', () => {
  it('is filtered, sorted and paged by links and one form', async () => {
    const plain = await app.newPage({ javaScriptEnabled: false, storageState: await page.context().storageState() })
    await plain.goto(`${app.server.url}/admin/users?country=CA&limit=3`)
    await plain.getByLabel('Sort by').selectOption('Oldest people first')
    await plain.getByText('Birthday and age').click()
    await plain.getByLabel('Born on this day or later').fill('1960-01-01')
    await plain.getByRole('button', { name: 'Apply' }).click()
    const expected = (await app.stored.profiles.find({ country: 'CA', birthday: { $gte: '1960-01-01' } }).sort({ birthday: 1 }).toArray()).map(({ clerk_id }) => clerk_id)
    expect(await idsOf(plain)).toEqual(expected.slice(0, 3))
    await plain.getByRole('link', { name: 'Next' }).click()
    expect(await idsOf(plain)).toEqual(expected.slice(3, 6))
    await plain.getByLabel('Find a country').fill('DE')
    await plain.getByLabel('Find a country').press('Enter')
    await plain.getByRole('link', { name: 'Remove filter: Country: Germany' }).waitFor()
    await plain.getByRole('link', { name: 'Remove filter: Country: Canada' }).click()
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
    await rows().first().click({ position: { x: 200, y: 120 } })
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
      await visitor.getByRole('link', { name: /^May \d+ users/ }).or(visitor.getByRole('alert')).first().waitFor()
      await visitor.locator('summary', { hasText: 'Views' }).click()
      await visitor.getByText('No view is saved yet').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await visitor.emulateMedia({ colorScheme })
        await visitor.locator(`html[data-theme=${colorScheme}]`).waitFor()
        expect(await violations(visitor), `${query} ${colorScheme}`).toEqual([])
      }
      expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
    // The API refuses the last of them, which Chromium tells of.
    expect({ ...complaints, errors: complaints.errors.filter(error => !error.includes('400 (Bad Request)')) }).toEqual({ foreign: [], errors: [] })
    await visitor.close()
  })

  it('is for admins alone', async () => {
    const other = await app.newPage()
    await signIn(other, app.server.url, 'ada')
    expect((await other.goto(`${app.server.url}/admin/users`))!.status()).toBe(403)
    await other.context().close()
  })
})

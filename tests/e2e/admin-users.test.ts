import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { useUserList } from '../support/user-list.ts'

const { app, total, page: admin, open, rows, idsOf, search, isAt, totalOf, chips, stored } = useUserList()
let page: Page
beforeAll(() => (page = admin()))

/** All that a test needs of a list: what it holds, how it is asked for, and how that reads. */
const view = async () => ({ ids: await idsOf(), search: search(), chips: await chips() })

describe('the list of users', () => {
  it('is there with the server\'s answer, and names, mail and pictures come after it', async () => {
    const html = await (await page.request.get(`${app.server.url}/admin/users?clerk_id=user_123`)).text()
    expect(html).toMatch(/<b[^>]*><bdi[^>]*>user_123<\/bdi><\/b>/)
    expect(html).not.toContain('Ada Baker')
    await open('?clerk_id=user_123,user_456')
    const ada = rows().filter({ hasText: 'Ada Baker' })
    await ada.getByText('ada@example.com').waitFor()
    expect(await ada.getByRole('link').getAttribute('href')).toBe('/admin/users/user_123')
    expect(await ada.getByRole('cell').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^May 12, 1990\d\d years$/),
        expect.stringContaining('United States'),
        'Coffee enthusiast.',
        'private',
      ]),
    )
    await expect
      .poll(() => ada.locator('img').evaluate(img => (img as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0)
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
    await expect
      .poll(chips)
      .toEqual(['Remove filter: Country: Canada', 'Remove filter: Country: Germany', 'Remove filter: Born in May'])
    await expect
      .poll(async () => (await idsOf()).toSorted())
      .toEqual(await stored({ country: { $in: ['CA', 'DE'] }, birth_month_day: /^05/ }))
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
    await filters.getByLabel('Born on or after').fill('1960-01-01')
    await filters.getByLabel('Born on or before').fill('1969-12-31')
    await filters.getByRole('button', { name: 'Apply' }).click()
    await isAt('?sort=birthday&birthday_from=1960-01-01&birthday_to=1969-12-31')
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ birthday: /^196/ }))
    await page.getByRole('link', { name: 'Remove filter: Born from' }).click()
    await isAt('?sort=birthday')
    await expect.poll(() => filters.getByLabel('Born on or after').inputValue()).toBe('')
    await page.goBack()
    await expect.poll(() => filters.getByLabel('Born on or after').inputValue()).toBe('1960-01-01')
  })

  it('is the same after going back, after a reload, and for somebody who gets the link', async () => {
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

  it('pages forward and back, each user once, and moves focus to the top, which announces the page', async () => {
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
    const byBirthday = (
      await app.stored.profiles
        .find({ birthday: { $type: 'string' } })
        .sort({ birthday: 1 })
        .toArray()
    ).map(({ birthday }) => birthday!)
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
    await page.getByLabel('Name or email').focus()
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

  it('finds users by name and email through Clerk', async () => {
    await open()
    await page.getByLabel('Name or email').fill('tremblay')
    await page.getByRole('button', { name: 'Search' }).click()
    await expect.poll(() => idsOf()).toEqual(['user_456'])
    await page.getByLabel('Name or email').fill('mia@example.com')
    await page.getByLabel('Name or email').press('Enter')
    await expect.poll(() => idsOf()).toEqual(['user_789'])
    await page.getByLabel('Name or email').fill('nobody of this name')
    await page.getByLabel('Name or email').press('Enter')
    await page.getByText('No users match').waitFor()
    await page.getByRole('link', { name: 'Clear filters' }).click()
    await totalOf(`${total} users`)
    expect(await page.getByLabel('Name or email').inputValue()).toBe('')
  })

  it('is there without names while Clerk does not answer, and says so', async () => {
    await app.server.control('/rate-limit', { per_second: 0.5 })
    // What was known is forgotten with the event.
    await app.server.control('/send', { type: 'user.updated', id: 'user_456' })
    await vi.waitUntil(async () => (await app.server.control()).idle)
    await page.goto(`${app.server.url}/admin/users?clerk_id=user_456`)
    await page.getByText('Clerk is not responding').waitFor()
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
    await page
      .locator('[aria-busy=true]')
      .filter({ has: page.getByRole('table') })
      .waitFor()
    expect(await idsOf()).toEqual(before)
    held.resolve(undefined)
    await expect.poll(async () => (await idsOf()).toSorted()).toEqual(await stored({ country: 'CA' }))
    await page
      .locator('[aria-busy=false]')
      .filter({ has: page.getByRole('table') })
      .waitFor()
  })

  it('says what is wrong with a link, and how to mend it', async () => {
    await open('?age_min=old&country=CA&colour=red')
    const alert = page.getByRole('alert').filter({ hasText: 'This search isn\'t valid' })
    await alert.getByText('colour: This filter does not exist').waitFor()
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
    await page.getByText('No users yet').waitFor()
    await app.stored.profiles.updateMany({}, { $unset: { deleted_at: '' } })
  })
})

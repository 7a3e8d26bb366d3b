import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { seededProfiles } from '../../fixtures/profiles.ts'
import type { Insights } from '../../shared/answers.ts'
import { apiUser, call } from '../support/api.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { signIn, useApp } from '../support/people.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import { settle, violations, violationsIn, watch } from '../support/visit.ts'

const app = useApp()
const path = '/admin/insights'
let admin: Awaited<ReturnType<typeof apiUser>>
let page: Page
let counted: Insights

beforeAll(async () => {
  // Before the first request: the counts are cached.
  await app.stored.profiles.insertMany([...seededProfiles(3_000, { now: new Date() })] as never[])
  admin = await apiUser(app.server, 'admin@example.com')
  page = await app.newPage()
  await signIn(page, app.server.url, 'admin')
  counted = (await admin.get(`/api${path}`)).body
})

async function open() {
  await page.goto(app.server.url + path)
  await settle(page)
}
const users = (query: Record<string, string>) => `/admin/users?${new URLSearchParams(query)}`
const card = (name: string) => page.getByRole('region', { name, exact: true })

describe('GET /api/admin/insights', () => {
  it('is for admins', async () => {
    const ada = await apiUser(app.server, 'ada')
    expect((await call(app.server.url, 'GET', `/api${path}`)).status).toBe(401)
    expect((await ada.get(`/api${path}`)).status).toBe(403)
    expect((await admin.get(`/api${path}`)).status).toBe(200)
  })

  it('counts living profiles, once for all requests', async () => {
    const alive = { deleted_at: { $exists: false } }
    expect(counted.total).toBe(await app.stored.profiles.countDocuments(alive))
    expect(counted.countries.find(({ country }) => country === 'IN')?.count).toBe(
      await app.stored.profiles.countDocuments({ ...alive, country: 'IN' }),
    )
    expect(counted.countries.find(({ country }) => country === null)?.count).toBe(
      await app.stored.profiles.countDocuments({ ...alive, country: null }),
    )
    expect(counted.completeness).toContainEqual({
      field: 'bio',
      count: await app.stored.profiles.countDocuments({ ...alive, bio: { $type: 'string' } }),
    })
    await app.stored.profiles.insertOne({ clerk_id: 'user_late' })
    expect((await admin.get(`/api${path}`)).body).toEqual(counted)
    await app.stored.profiles.deleteOne({ clerk_id: 'user_late' })
  })
})

describe('/admin/insights', () => {
  it('shows the numbers without JavaScript, too', async () => {
    const other = await app.newPage({ storageState: await page.context().storageState(), javaScriptEnabled: false })
    await other.goto(app.server.url + path)
    await other.getByText(`${counted.total.toLocaleString('en')} profiles`).waitFor()
    const india = counted.countries.find(({ country }) => country === 'IN')!.count
    await other.getByRole('row', { name: `India ${india.toLocaleString('en')}` }).waitFor()
    expect(await other.getByRole('row').count()).toBe(counted.countries.length + 1)
    await other.context().close()
  })

  it('links a country on the map to its users', async () => {
    await open()
    const brazil = counted.countries.find(({ country }) => country === 'BR')!.count
    await page.getByRole('link', { name: `Brazil: ${brazil}`, exact: true }).click()
    await page.waitForURL(app.server.url + users({ country: 'BR' }))
  })

  it('draws the map from one shared file, and shades countries by their users', async () => {
    const files: string[] = []
    page.on(
      'response',
      response =>
        response.url().includes('world-map')
        && files.push(`${response.status()} ${response.headers()['cache-control']}`),
    )
    await page.goto('about:blank')
    await open()
    expect(new Set(files)).toEqual(new Set(['200 public, max-age=31536000, immutable']))
    expect(await (await page.request.get(app.server.url + path)).text()).not.toMatch(/ d="M\d+\.\d/)
    const fill = (name: RegExp) =>
      page
        .getByRole('link', { name })
        .locator('use')
        .evaluate((use: SVGUseElement) => ({
          fill: getComputedStyle(use).fill,
          width: use.getBoundingClientRect().width,
        }))
    const [india, brazil, greenland] = [await fill(/^India: /), await fill(/^Brazil: /), await fill(/^Greenland: /)]
    expect(india.fill).toBe(brazil.fill)
    expect(india.fill).not.toBe(greenland.fill)
    // It is drawn at its size.
    expect(brazil.width).toBeGreaterThan(40)
  })

  it('is navigable by keyboard without a stop at each country of the map', async () => {
    await open()
    await page.getByRole('button', { name: 'Refresh' }).focus()
    await page.keyboard.press('Tab')
    // A browser may stop at the table's scrolling frame first.
    if ((await page.evaluate(() => document.activeElement?.tagName)) !== 'A') await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('India')
    await page.keyboard.press('Enter')
    await page.waitForURL(app.server.url + users({ country: 'IN' }))
  })

  it('links every number to a search with as many results', async () => {
    await open()
    const links = async (name: string) =>
      card(name)
        .getByRole('link')
        .evaluateAll(all => all.map(link => ({ href: link.getAttribute('href')!, text: link.textContent! })))
    const shown: [card: string, counts: number[]][] = [
      ['Ages', counted.ages.map(({ count }) => count)],
      ['Birthdays this week', counted.birthdays.map(({ count }) => count)],
      ['Birth months', counted.months.filter(({ month }) => month).map(({ count }) => count)],
      ['Growth', counted.growth.map(({ count }) => count)],
      ['Completeness', counted.completeness.map(({ count }) => count)],
    ]
    for (const [name, counts] of shown) {
      const found = await links(name)
      expect(found.map(({ text }) => text)).toEqual(
        counts.map(count => expect.stringContaining(count.toLocaleString('en'))),
      )
      for (const [index, { href }] of found.entries()) {
        const { body } = await admin.get(`/api${href.replace('/admin/users?', '/admin/profiles/total?')}`)
        const listed = name === 'Completeness' ? counted.total - counts[index]! : counts[index]
        expect([href, body]).toEqual([href, { count: listed, capped: false }])
      }
    }
    const countries = await card('Countries')
      .getByRole('table')
      .getByRole('link')
      .evaluateAll(all => all.map(link => link.getAttribute('href')))
    expect(countries).toEqual(
      counted.countries.map(({ country }) => (country ? users({ country }) : users({ missing: 'country' }))),
    )
    expect((await admin.get('/api/admin/profiles/facets')).body).toMatchObject({
      months: counted.months,
      countries: expect.arrayContaining(counted.countries.slice(0, 5)),
    })
  })

  it('refreshes on demand', async () => {
    await open()
    const [response] = await Promise.all([
      page.waitForResponse(`${app.server.url}/api${path}`),
      page.getByRole('button', { name: 'Refresh' }).click(),
    ])
    expect(response.status()).toBe(200)
  })

  it.each([390, 1280])('is accessible at %i pixels, light and dark, fits and contacts no other host', async (width) => {
    const other = await app.newPage({
      storageState: await page.context().storageState(),
      viewport: { width, height: 900 },
    })
    const complaints = await watch(other, app.server.url)
    for (const colorScheme of ['light', 'dark'] as const) {
      await other.emulateMedia({ colorScheme })
      await other.goto(app.server.url + path)
      await settle(other)
      expect(await other.getByRole('heading', { level: 1 }).allTextContents()).toEqual([
        expect.stringContaining('Insights'),
      ])
      expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await violationsIn(colorScheme, other), colorScheme).toEqual([])
    }
    expect(complaints).toEqual({ foreign: [], errors: [] })
    await other.context().close()
  })
})

type Stored = Awaited<ReturnType<typeof openDatabase>>

/** A server with a database of its own, prepared before or after it starts, and an admin's page. */
function useOtherServer(prepare: Partial<Record<'before' | 'after', (stored: Stored) => Promise<void>>>) {
  const other = {} as {
    mongod: Awaited<ReturnType<typeof startMongod>>
    server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
    page: Page
  }
  beforeAll(async () => {
    other.mongod = await startMongod()
    const stored = await openDatabase(other.mongod.uri)
    await prepare.before?.(stored)
    other.server = await startServerWithLocalClerk({ MONGODB_URI: other.mongod.uri })
    await prepare.after?.(stored)
    await stored.close()
    other.page = await app.newPage()
    await signIn(other.page, other.server.url, 'admin')
  })
  afterAll(async () => {
    await other.page.context().close()
    await other.server.stop()
    await other.mongod.stop()
  })
  return other
}

describe('before the first count', () => {
  const other = useOtherServer({
    after: async ({ profiles }) => {
      await profiles.deleteMany({})
    },
  })

  it('says that a long count is still running, continues it, and then shows an empty state', async () => {
    await other.mongod.freeze()
    try {
      const answer = await other.page.request.get(`${other.server.url}/api${path}`)
      expect(answer.status()).toBe(503)
      expect(answer.headers()['retry-after']).toBe('5')
      expect((await answer.json()).message).toBe('The profiles are still being counted. Try again in a moment')
      await other.page.goto(other.server.url + path)
      await settle(other.page)
      await other.page.getByRole('alert').getByText('still being counted').waitFor()
    }
    finally {
      other.mongod.thaw()
    }
    const isCounted = async () => (await other.page.request.get(`${other.server.url}/api${path}`)).ok()
    await vi.waitUntil(isCounted, { timeout: 30_000 })
    await other.page.getByRole('button', { name: 'Try again' }).click()
    await other.page.getByText('No profiles yet').waitFor()
    expect(await violations(other.page)).toEqual([])
  })
})

describe('a database with a missing index and misfit values', () => {
  const other = useOtherServer({
    before: async ({ profiles }) => {
      await profiles.insertMany([
        { clerk_id: 'user_1', birthday: new Date(0) },
        { clerk_id: 'user_2', country: 'USA' },
      ] as never)
      await profiles.createIndex({ theirs: 1 }, { name: 'search_birthday' })
    },
  })

  it('names the missing index on every admin page', async () => {
    for (const page of ['/admin/users', '/admin/insights', '/admin/import']) {
      await other.page.goto(other.server.url + page)
      await other.page.getByText('The index search_birthday of profiles is not as declared').waitFor()
    }
    await other.page.goto(`${other.server.url}/people`)
    await settle(other.page)
    expect(await other.page.getByText('is not as declared').count()).toBe(0)
  })

  it('counts misfit values, and shows how to convert them', async () => {
    await other.page.goto(other.server.url + path)
    await other.page.getByText('Birthday (1), Country (1)').waitFor()
    await other.page.getByText('npm run adopt -- --from profiles').waitFor()
    await settle(other.page)
    expect(await violations(other.page)).toEqual([])
  })
})

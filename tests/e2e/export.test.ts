import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { apiUser, call } from '../support/api.ts'
import { signIn, useApp } from '../support/people.ts'
import { settle, violations, watch } from '../support/visit.ts'

const app = useApp()
const path = '/api/admin/profiles/export'
/** With these bios it is more than a connection takes that nobody reads from. */
const count = 60_000
let admin: Awaited<ReturnType<typeof apiUser>>
let page: Page

beforeAll(async () => {
  admin = await apiUser(app.server, 'admin@example.com')
  page = await app.newPage()
  await signIn(page, app.server.url, 'admin')
  await app.stored.profiles.insertMany(
    Array.from({ length: count }, (_, index) => ({
      clerk_id: `user_large${index}`,
      country: 'NO',
      bio: `"${index}"\n${'x'.repeat(490)}`,
      visibility: 'private' as const,
      created_at: new Date(index),
    })),
  )
})

const lines = (text: string) => text.split('\r\n').slice(0, -1)
const status = () => app.stored.client.db('admin').command({ serverStatus: 1 })
const openCursors = async () => (await status()).metrics.cursor.open.total as number

describe(`GET ${path}`, () => {
  it('is for admins', async () => {
    const ada = await apiUser(app.server, 'ada')
    expect((await call(app.server.url, 'GET', path)).status).toBe(401)
    expect((await ada.get(path)).status).toBe(403)
  })

  it('answers the profiles that fit, in order, as a file with a name', async () => {
    const { headers, body } = await admin.get(`${path}?country=CA,DE&sort=country`)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="addendum-profiles-\d{4}-\d\d-\d\d\.csv"$/,
    )
    expect(lines(body).map(line => line.split(',').slice(0, 3).join())).toEqual([
      'clerk_id,birthday,country',
      'user_456,1985-11-23,CA',
      'user_789,2001-07-04,DE',
    ])
    const ndjson = await admin.get(`${path}?clerk_id=user_456&format=ndjson`)
    expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson')
    expect(ndjson.body).toMatchObject({ clerk_id: 'user_456', country: 'CA' })
    expect((await admin.get(`${path}?birth_year=1901`)).body).toBe(
      'clerk_id,birthday,country,bio,visibility,birthday_visibility,created_at,updated_at\r\n',
    )
    expect((await admin.get(`${path}?q=Liam`)).body).toContain('user_456')
  })

  it.each([
    ['format=xml', 'format'],
    ['bom=1', 'bom'],
    ['sort=bio', 'sort'],
    ['country=XX', 'country'],
    ['cursor=x', 'cursor'],
  ])('refuses the query %s and names what is wrong', async (query, name) => {
    const { status, body, headers } = await admin.get(`${path}?${query}`)
    expect([status, body.message, headers.get('content-disposition')]).toEqual([
      400,
      expect.stringContaining(name),
      null,
    ])
  })

  /** Somebody who takes the head of the answer, and of its body nothing. */
  async function holdOpen() {
    const token = await admin.token()
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get(`${app.server.url}${path}?format=ndjson`, { headers: { authorization: `Bearer ${token}` } }, resolve).on(
        'error',
        reject,
      ),
    )
    await expect.poll(openCursors).toBe(1)
    // The connection is full when nothing more is read for it.
    let before = -1
    await expect
      .poll(
        async () => {
          const { returned } = (await status()).metrics.document
          const isQuiet = returned === before
          before = returned
          return isQuiet
        },
        { interval: 500, timeout: 30_000 },
      )
      .toBe(true)
    return response
  }

  it('reads on only while the client does, and closes the cursor when it leaves', async () => {
    const before = (await status()).metrics.document.returned
    const response = await holdOpen()
    expect((await status()).metrics.document.returned - before).toBeLessThan(count)
    expect(await openCursors()).toBe(1)
    response.destroy()
    await expect.poll(openCursors).toBe(0)
    expect(app.server.logs.join('\n')).not.toContain('broke off')
  })

  it('breaks the connection where the database fails on the way, and logs it once', async () => {
    const response = await holdOpen()
    await app.mongod.kill()
    const ended = new Promise<string>(resolve =>
      response.on('end', () => resolve('end')).on('error', ({ code }: NodeJS.ErrnoException) => resolve(code!)),
    )
    response.resume()
    expect(await ended).toBe('ECONNRESET')
    await app.mongod.restart()
    const logged = () => app.server.logs.filter(line => line.includes('broke off'))
    await expect.poll(() => logged().length).toBeGreaterThan(0)
    expect(logged().map(line => JSON.parse(line))).toEqual([
      {
        time: expect.any(String),
        level: 'error',
        line: 'A file broke off while it was sent',
        path,
        error: expect.any(String),
      },
    ])
  })
})

describe('the export menu', () => {
  // By how the name begins: the import's own button names formats too.
  const button = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) })
  const menu = () => page.locator('summary', { hasText: 'Export a backup' })
  async function openMenu() {
    await page.goto(`${app.server.url}/admin/import`)
    await settle(page)
    await menu().click()
  }
  /** So slow that something can happen meanwhile: bytes a second. */
  async function throttle(downloadThroughput: number) {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      uploadThroughput: -1,
      downloadThroughput,
    })
    return () => devtools.detach()
  }

  it.each([
    ['CSV for spreadsheets', 'format=csv&bom=true'],
    ['CSV UTF-8, for programs', ''],
    ['NDJSON', 'format=ndjson'],
  ])('saves the same file as the API answers: %s', async (name, query) => {
    await openMenu()
    const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()])
    await page.getByText(/^60,\d\d\d rows exported$/).waitFor()
    expect(download.suggestedFilename()).toMatch(/^addendum-profiles-\d{4}-\d\d-\d\d\.(csv|ndjson)$/)
    const saved = await readFile(await download.path())
    const answered = await (await page.request.get(`${app.server.url}${path}?${query}`)).body()
    expect(saved.length).toBeGreaterThan(count * 500)
    expect(saved.equals(answered)).toBe(true)
  })

  it('works by the keyboard, and closes by Escape and a press elsewhere', async () => {
    await openMenu()
    await button('NDJSON').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await button('NDJSON').waitFor({ state: 'hidden' })
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^\s*CSV\s+UTF-8/)
    await page.getByRole('heading', { level: 1 }).click()
    await button('NDJSON').waitFor({ state: 'hidden' })
  })

  it('shows its progress, and is cancelled: nothing is saved, and the cursor is closed', async () => {
    const complaints = await watch(page, app.server.url)
    await openMenu()
    const restore = await throttle(2_000_000)
    const downloads: unknown[] = []
    page.on('download', download => downloads.push(download))
    await button('NDJSON').click()
    const progress = page.getByRole('progressbar', { name: 'Rows exported' })
    await progress.waitFor()
    await page.getByText(/[1-9][\d,]* rows/).waitFor()
    expect(await violations(page)).toEqual([])
    await button('Cancel').click()
    await progress.waitFor({ state: 'hidden' })
    await expect.poll(openCursors).toBe(0)
    await menu().waitFor()
    expect(await page.getByText(/rows exported|Export failed/).count()).toBe(0)
    expect(downloads).toEqual([])
    expect(complaints).toEqual({ foreign: [], errors: [] })
    await restore()
  })

  it('saves nothing of a file that breaks off, and says so', async () => {
    await openMenu()
    const restore = await throttle(2_000_000)
    await button('NDJSON').click()
    await page.getByText(/[1-9][\d,]* rows/).waitFor()
    await app.mongod.kill()
    await restore()
    await page
      .getByText('Export failed. The connection was lost. Try again', { exact: true })
      .waitFor({ timeout: 30_000 })
    // Not one row, either.
    await menu().click()
    await button('NDJSON').click()
    await page
      .getByText('Export failed. The database is unavailable. Try again in a moment', { exact: true })
      .waitFor({ timeout: 30_000 })
    await app.mongod.restart()
  })
})

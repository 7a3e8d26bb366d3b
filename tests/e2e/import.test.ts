import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiUser, call } from '../support/api.ts'
import { signIn, useApp } from '../support/people.ts'
import { settle, violations, watch } from '../support/visit.ts'

const app = useApp()
let folder: string
let admin: Awaited<ReturnType<typeof apiUser>>
let page: Page

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'addendum-import-'))
  admin = await apiUser(app.server, 'admin@example.com')
  page = await app.newPage()
  await signIn(page, app.server.url, 'admin')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
async function openImport() {
  await page.goto(`${app.server.url}/admin/import`)
  await settle(page)
}
const choose = (path: string) => page.getByLabel('Choose a CSV or NDJSON file').setInputFiles(path)
const button = (name: string | RegExp) => page.getByRole('button', { name })
const counts = async () =>
  Object.fromEntries(
    await page
      .locator('dl > div')
      .evaluateAll(items =>
        items.map(item => [item.querySelector('dt')!.textContent.trim(), item.querySelector('dd')!.textContent.trim()]),
      ),
  )
const profile = (clerk_id: string) => app.stored.profiles.findOne({ clerk_id })

describe('POST /api/admin/import', () => {
  const send = (query: string, body: string | undefined, headers?: Record<string, string>) =>
    admin.ask('POST', `/api/admin/import${query}`, body, { 'content-type': 'text/csv', ...headers })

  it('is for admins', async () => {
    const ada = await apiUser(app.server, 'ada')
    expect((await call(app.server.url, 'POST', '/api/admin/import', 'clerk_id,bio\n')).status).toBe(401)
    expect((await ada.ask('POST', '/api/admin/import', 'clerk_id,bio\n')).status).toBe(403)
  })

  it('writes nothing unless it is told to', async () => {
    const text = 'clerk_id,bio\nuser_456,Imported\n'
    const { status, body } = await send('?last=true', text)
    expect([status, body.changed]).toEqual([200, 1])
    expect((await profile('user_456'))!.bio).not.toBe('Imported')
    expect((await send('?last=true&dry_run=false', text)).body.changed).toBe(1)
    expect((await profile('user_456'))!.bio).toBe('Imported')
  })

  it.each([
    ['?dry_run=yes', 'dry_run'],
    ['?line=0', 'line'],
    ['?columns=clerk_id,name', 'columns'],
    ['?delimiter=x', 'delimiter'],
    ['?encoding=latin1', 'encoding'],
    ['?date_format=us', 'date_format'],
    ['?format=json', 'format'],
    ['?unknown=1', 'unknown'],
  ])('refuses the query %s and names what is wrong', async (query, name) => {
    const { status, body } = await send(query, 'clerk_id,bio\n')
    expect([status, body.message]).toEqual([400, expect.stringContaining(name)])
  })

  it('refuses a piece over 1 MiB, and what is no such file, and says so', async () => {
    expect((await send('', 'x'.repeat(1024 * 1024 + 1))).body).toMatchObject({
      statusCode: 413,
      message: 'The body is over 1024 KiB',
    })
    expect((await send('?last=true', 'name,bio\n')).body).toMatchObject({
      statusCode: 422,
      message: expect.stringContaining('The first line must name the columns'),
    })
    expect((await send('?last=true', '[{"clerk_id":"user_456"}]')).body).toMatchObject({
      statusCode: 422,
      message: expect.stringContaining('This is a JSON array'),
    })
    expect((await send('?last=true', undefined)).body).toMatchObject({ statusCode: 422, message: 'The file is empty' })
  })

  it('refuses to store dates whose format is not named, and says what to send', async () => {
    const text = 'clerk_id,birthday\nuser_456,5/6/1990\n'
    expect((await send('?last=true', text)).body).toMatchObject({ dates: { fits: { dmy: 1, mdy: 1 } } })
    expect((await send('?last=true&dry_run=false', text)).body).toMatchObject({
      statusCode: 422,
      message: expect.stringContaining('date_format=dmy'),
    })
    expect((await send('?last=true&dry_run=false&date_format=mdy', text)).body.changed).toBe(1)
    expect((await profile('user_456'))!.birthday).toBe('1990-05-06')
  })
})

describe('/admin/import', () => {
  it('checks a file, lists its bad rows, and imports the good ones', async () => {
    const complaints = await watch(page, app.server.url)
    await openImport()
    const path = await fileOf(
      'people.csv',
      [
        '\uFEFFclerk_id;birthday;country;bio;notes',
        'user_123;1991-06-13;France;"Two\nlines"; -',
        'user_456;1991-06-31;CA;;',
        'user_imported;;Côte d\'Ivoire;;',
        'user_789;;Atlantis;;',
      ].join('\r\n'),
    )
    await choose(path)
    await page.getByText('Check complete. Nothing is stored yet.').waitFor()
    expect(await counts()).toEqual({ 'Rows': '4', 'Valid': '1', 'Profiles to change': '1', 'Rejected': '3' })
    await page.getByText('Columns, separated by semicolons').waitFor()
    await page.getByText('notes', { exact: true }).waitFor()
    const table = page.getByRole('region', { name: 'Rejected rows' }).getByRole('row')
    expect(await table.allInnerTexts()).toEqual([
      expect.stringMatching(/^Line\s+User\s+Reason$/),
      expect.stringMatching(/^4\s+user_456\s+birthday: Enter a date that exists/),
      expect.stringMatching(/^5\s+user_imported\s+This user has no profile yet/),
      expect.stringMatching(/^6\s+user_789\s+country: Choose a country/),
    ])
    expect((await profile('user_123'))!.country).not.toBe('FR')
    expect(await violations(page)).toEqual([])

    await page.getByLabel('Create profiles for users who don\'t have one yet').check()
    await button('Import 2 rows').click()
    await page.getByText('Import complete').waitFor()
    expect(await counts()).toEqual({ 'Rows': '4', 'Valid': '2', 'Profiles changed': '2', 'Rejected': '2' })
    expect(await profile('user_123')).toMatchObject({
      birthday: '1991-06-13',
      birth_month_day: '06-13',
      country: 'FR',
      bio: 'Two\nlines',
    })
    expect(await profile('user_imported')).toMatchObject({ country: 'CI', visibility: 'private' })

    const [download] = await Promise.all([page.waitForEvent('download'), button('Download').click()])
    expect(download.suggestedFilename()).toBe('rejected-rows.csv')
    expect((await readFile(await download.path(), 'utf8')).split('\r\n').slice(0, 2)).toEqual([
      '\uFEFF"line","clerk_id","reason"',
      expect.stringMatching(/^"4","user_456","birthday: Enter a date that exists/),
    ])

    // The same file again would change nothing, and nothing is offered.
    await button('Choose another file').click()
    await choose(path)
    await page.getByText('Check complete. Nothing is stored yet.').waitFor()
    expect(await counts()).toMatchObject({ 'Profiles to change': '0' })
    expect(await button(/^Import/).count()).toBe(0)
    expect(complaints).toEqual({ foreign: [], errors: [] })
  })

  it('takes a file that is dropped', async () => {
    await openImport()
    const transfer = await page.evaluateHandle(() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File(['clerk_id,bio\nuser_123,Dropped\n'], 'dropped.csv'))
      return transfer
    })
    await page.getByText('or drop it here').dispatchEvent('drop', { dataTransfer: transfer })
    await button('Import 1 row').waitFor()
  })

  /** Of several pieces. */
  function large(bio: string): string {
    const padding = 'x'.repeat(20)
    const lines = Array.from({ length: 12_000 }, (_, index) => `user_large${index},${bio} ${padding} ${index}\n`)
    return `clerk_id,bio\n${lines.join('')}`
  }
  const imported = (bio: string) => app.stored.profiles.countDocuments({ bio: new RegExp(`^${bio} `) })
  async function startImport(path: string) {
    await openImport()
    await page.getByLabel('Create profiles for users who don\'t have one yet').check()
    await choose(path)
    await button('Import 12,000 rows').click()
  }

  it('goes on where it stopped when the database was away', async () => {
    let pieces = 0
    const killed = Promise.withResolvers()
    await page.route(/dry_run=false/, async (route) => {
      if (++pieces === 3) await app.mongod.kill().then(() => killed.resolve(true))
      await route.continue()
    })
    await startImport(await fileOf('large.csv', large('First')))
    await killed.promise
    await page.getByRole('alert').getByText('The database is unavailable').waitFor({ timeout: 60_000 })
    await page.getByText(/Imported up to line [\d,]+\./).waitFor()
    expect(await violations(page)).toEqual([])
    await app.mongod.restart()
    await page.unroute(/dry_run=false/)
    await button('Resume').click()
    await page.getByText('Import complete').waitFor({ timeout: 60_000 })
    expect(await counts()).toEqual({
      'Rows': '12,000',
      'Valid': '12,000',
      'Profiles changed': '12,000',
      'Rejected': '0',
    })
    expect(await imported('First')).toBe(12_000)
  })

  it('goes on where it stopped after the page was left, and forgets it when it is done', async () => {
    let pieces = 0
    await page.route(/dry_run=false/, route => (++pieces > 2 ? route.abort() : route.continue()))
    const path = await fileOf('second.csv', large('Second'))
    await startImport(path)
    await page.getByRole('alert').getByText('Could not reach the server').waitFor({ timeout: 30_000 })
    const before = await imported('Second')
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(12_000)

    await page.unroute(/dry_run=false/)
    const lines: number[] = []
    page.on(
      'request',
      request =>
        request.url().includes('/api/admin/import')
        && lines.push(Number(new URL(request.url()).searchParams.get('line'))),
    )
    await openImport()
    await choose(path)
    await page
      .getByText(`An earlier import of this file stopped after line ${(before + 1).toLocaleString('en')}.`)
      .waitFor()
    await button('Resume').click()
    await page.getByText('Import complete').waitFor({ timeout: 60_000 })
    expect(lines[0]).toBe(before + 2)
    expect(await imported('Second')).toBe(12_000)
    expect(await counts()).toMatchObject({ 'Profiles changed': '12,000' })
    await openImport()
    await choose(path)
    await page.getByText('Check complete. Nothing is stored yet.').waitFor({ timeout: 60_000 })
  })

  it('is paused, and goes on', async () => {
    const path = await fileOf('third.csv', large('Third'))
    let pieces = 0
    const second = Promise.withResolvers()
    const paused = Promise.withResolvers()
    await page.route(/dry_run=false/, async (route) => {
      if (++pieces === 2) {
        second.resolve(true)
        await paused.promise
      }
      // The page waits for it no more.
      await route.continue().catch(() => {})
    })
    await startImport(path)
    await second.promise
    await button('Pause').click()
    paused.resolve(true)
    await page.getByText(/Imported up to line/).waitFor()
    await page.unroute(/dry_run=false/)
    await button('Resume').click()
    await page.getByText('Import complete').waitFor({ timeout: 60_000 })
    expect(await imported('Third')).toBe(12_000)
  })
})

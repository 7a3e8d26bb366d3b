import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signIn, useApp } from '../support/people.ts'
import { settle, violations, watch } from '../support/visit.ts'

const app = useApp()
let page: Page
let complaints: Awaited<ReturnType<typeof watch>>

beforeAll(async () => {
  page = await app.newPage()
  await signIn(page, app.server.url, 'admin')
  complaints = await watch(page, app.server.url)
})
beforeEach(async () => {
  await app.stored.profiles.updateMany({}, { $unset: { birthday: '', birth_month_day: '', bio: '' } })
  await page.goto(`${app.server.url}/admin/import`)
  await settle(page)
})

const choose = (name: string, content: string | Buffer) =>
  page
    .getByLabel('Choose a CSV or NDJSON file')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content as string) })
const button = (name: string | RegExp) => page.getByRole('button', { name })
const isChecked = () => page.getByText('Check complete. Nothing is stored yet.').waitFor()
const isImported = () => page.getByText('Import complete').waitFor()
const stored = async (field: 'birthday' | 'bio') => {
  const rows = await app.stored.profiles
    .find({ clerk_id: { $in: ['user_123', 'user_456'] } }, { sort: { clerk_id: 1 } })
    .toArray()
  return rows.map(row => row[field] ?? null)
}

describe('a file of a spreadsheet\'s, at /admin/import', () => {
  it('is shown as Windows-1252 before it is stored, where it is no UTF-8', async () => {
    await choose('ansi.csv', Buffer.from('clerk_id;bio\r\nuser_123;Stra\xDFe, 5 \x80\r\nuser_456;Zo\xEB\r\n', 'latin1'))
    await isChecked()
    const question = page.getByRole('group', { name: 'Does this text look right?' })
    expect(await question.getByRole('listitem').allInnerTexts()).toEqual(['Straße, 5 €', 'Zoë'])
    await page.getByText('Columns, separated by semicolons, in Windows-1252').waitFor()
    expect(await button('Import 2 rows').isDisabled()).toBe(true)
    expect(await violations(page)).toEqual([])
    expect(await stored('bio')).toEqual([null, null])
    await question.getByLabel('Yes, it looks right').check()
    await button('Import 2 rows').click()
    await isImported()
    expect(await stored('bio')).toEqual(['Straße, 5 €', 'Zoë'])
  })

  it('has its dates read as the admin says, where two ways fit', async () => {
    await choose('dates.csv', 'clerk_id,birthday\nuser_123,1/1/1990\nuser_456,5/6/1990\n')
    await isChecked()
    const question = page.getByRole('group', { name: 'Which date format does the file use?' })
    await question.getByText('5/6/1990 is June 5, 1990').waitFor()
    await question.getByText('5/6/1990 is May 6, 1990').waitFor()
    expect(await question.getByRole('radio', { checked: true }).count()).toBe(0)
    expect(await button('Import 2 rows').isDisabled()).toBe(true)
    expect(await violations(page)).toEqual([])
    await question.getByLabel('Month, day, year').check()
    await isChecked()
    await button('Import 2 rows').click()
    await isImported()
    expect(await stored('birthday')).toEqual(['1990-01-01', '1990-05-06'])
  })

  it('has its dates read in the one way that fits them all, whatever a piece of it alone would fit', async () => {
    // The first piece is all 5/6/1990: only the last row says that the month comes first.
    const rows = Array.from({ length: 6_000 }, (_, index) => `user_none${index},5/6/1990\n`)
    await choose('long.csv', `clerk_id,birthday\nuser_123,5/6/1990\n${rows.join('')}user_456,5/13/1990\n`)
    await page.getByText('Dates: month, day, year (5/6/1990 is May 6, 1990).').waitFor()
    await button('Import 2 rows').click()
    await isImported()
    expect(await stored('birthday')).toEqual(['1990-05-06', '1990-05-13'])
  })

  it('says how many dates the best way fits where none fits all, and lists the others', async () => {
    await choose('mixed.csv', 'clerk_id,birthday\nuser_123,13.5.1990\nuser_456,1990-05-14\nuser_789,14.5.1990\n')
    await isChecked()
    await page.getByText(/No format fits all 3 dates in the file\. The best one fits 2\./).waitFor()
    expect(await page.getByRole('radio', { checked: true }).getAttribute('value')).toBe('dmy')
    const bad = page.getByRole('region', { name: 'Rejected rows' })
    await bad.getByText('birthday: Enter a date that exists, as day, month, year').waitFor()
    await page.getByLabel('Year, month, day').check()
    await bad.getByRole('row').nth(2).waitFor()
    expect(await bad.getByRole('row').count()).toBe(3)
    expect(await violations(page)).toEqual([])
  })

  it('goes on with the same choices after the page was left', async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => `user_none${index};5/6/1990;\xEB\n`)
    const file = Buffer.from(`clerk_id;birthday;bio\n${rows.join('')}user_123;5/6/1990;Zo\xEB\n`, 'latin1')
    const send = () =>
      page.getByLabel('Choose a CSV or NDJSON file').evaluate((input: HTMLInputElement, text) => {
        const transfer = new DataTransfer()
        transfer.items.add(
          new File([Uint8Array.from(text, char => char.charCodeAt(0))], 'left.csv', { lastModified: 1 }),
        )
        input.files = transfer.files
        input.dispatchEvent(new Event('change', { bubbles: true }))
      }, file.toString('latin1'))
    let pieces = 0
    await page.route(/dry_run=false/, route => (++pieces > 1 ? route.abort() : route.continue()))
    await send()
    await isChecked()
    await page.getByLabel('Yes, it looks right').check()
    await page.getByLabel('Day, month, year').check()
    await isChecked()
    await button('Import 1 row').click()
    await page.getByRole('alert').getByText('Could not reach the server').waitFor({ timeout: 30_000 })
    await page.unroute(/dry_run=false/)
    await page.reload()
    await settle(page)
    await send()
    await page.getByText(/An earlier import of this file stopped after line/).waitFor()
    await button('Resume').click()
    await isImported()
    expect([(await stored('birthday'))[0], (await stored('bio'))[0]]).toEqual(['1990-06-05', 'Zoë'])
  })

  it.each([
    [
      'book.csv',
      'PK\u0003\u0004\u0014\0\u0006\0[Content_Types].xml',
      'This is an Excel workbook, not a CSV file. Open it in a spreadsheet, save it as "CSV UTF-8"',
    ],
    ['table.xls', '<table><tr><td>clerk_id</td></tr></table>', 'This is an HTML page'],
    ['empty.csv', '', 'The file is empty'],
    ['names.csv', 'name,bio\nZoë,a\n', 'The first line must name the columns'],
  ])('is refused where it is none: %s', async (name, content, message) => {
    await choose(name, content)
    await page.getByRole('alert').getByText(message).waitFor()
    expect([await button('Resume').count(), await button(/^Import/).count()]).toEqual([0, 0])
    expect(await violations(page)).toEqual([])
  })

  it('says that it has no rows, where it has only a header', async () => {
    await choose('header.csv', 'clerk_id,birthday\r\n')
    await page.getByText('The file has a header but no rows, so there is nothing to import.').waitFor()
    expect(await button(/^Import/).count()).toBe(0)
    expect(await violations(page)).toEqual([])
  })

  it('asks nothing of the page that it should not', () => {
    expect(complaints.foreign).toEqual([])
    // Those that were made to fail.
    const meant = /^Failed to load resource: (net::ERR_FAILED|the server responded with a status of 422)/
    expect(complaints.errors.filter(error => !meant.test(error))).toEqual([])
  })
})

import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import arabic from '../../i18n/locales/ar.json' with { type: 'json' }
import { maxPieceBytes } from '../../shared/import.ts'
import { fieldNames } from '../../shared/profile.ts'
import { monthNames } from '../../utils/formats.ts'
import { signedInState, useApp } from '../support/people.ts'
import { settle, violations, watch } from '../support/visit.ts'

const app = useApp()
const { admin, issue } = arabic

describe('an admin with ar-EG', () => {
  let page: Page
  let complaints: Awaited<ReturnType<typeof watch>>
  beforeAll(async () => {
    page = await app.newPage({ storageState: await signedInState(app, 'admin'), locale: 'ar-EG' })
    complaints = await watch(page, app.server.url)
  })
  const open = async (path: string) => {
    await page.goto(app.server.url + path)
    await settle(page)
  }

  it('reads why rows of a file are rejected, and downloads them with the reasons of the API', async () => {
    await open('/admin/import')
    const rows = [
      'user_123,2999-01-01,',
      'user_456,1990-05-12,Atlantis',
      'user_789,12.5.1990,',
      'user_none,,CA',
      'ada,,CA',
      'user_123,,CA,4',
    ]
    const buffer = Buffer.from(['clerk_id,birthday,country', ...rows].join('\n'))
    await page.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer })
    await page.getByText(admin.import.checked).waitFor()
    await page.getByRole('radio', { name: admin.import.ymd }).check()
    const rejected = page.getByRole('region', { name: admin.import.rejectedRows })
    await rejected.getByText(issue.invalid_date).waitFor()
    for (const reason of ['date_in_future', 'country_unknown', 'profile_missing', 'clerk_id_invalid'] as const) {
      await rejected.getByText(issue[reason]).waitFor()
    }
    await rejected.getByText(issue.cell_count.replace('{cells}', '٤').replace('{columns}', '٣')).waitFor()
    expect(await violations(page)).toEqual([])
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: admin.import.download }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe(admin.import.rejectedFile)
    expect(await readFile(await download.path(), 'utf8')).toContain('birthday: Enter a date that is not in the future')
  })

  it.each<[string, keyof typeof arabic.error, string]>([
    ['a workbook', 'file_excel', 'PK\u0003\u0004[Content_Types].xml'],
    ['a table without an ID', 'file_header_missing', 'name,bio\nZoë,a\n'],
    ['one long line', 'file_line_too_long', 'x'.repeat(maxPieceBytes + 1)],
  ])('reads why a file is refused: %s', async (_, code, content) => {
    await open('/admin/import')
    const file = { name: 'book.csv', mimeType: 'text/csv', buffer: Buffer.from(content) }
    await page.locator('input[type=file]').setInputFiles(file)
    const reason = arabic.error[code].replace('{fields}', fieldNames.join(', ')).replace('{line}', '١')
    await page.getByRole('alert').getByText(reason).waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('reads which filters are on, and what is wrong with one', async () => {
    await open('/admin/users?birth_month=5&visibility=private')
    const chips = page.getByRole('list', { name: admin.filters.active }).getByRole('listitem')
    expect(await chips.allTextContents()).toEqual([
      `${admin.filters.remove} ${admin.chips.bornInMonth.replace('{month}', monthNames('ar-EG')[4]!)}`,
      expect.stringContaining(admin.users.private),
    ])
    await open('/admin/users?upcoming=7')
    // Seven is few.
    const [, , , few] = admin.chips.birthdayWithin.split(' | ')
    expect(await chips.allTextContents()).toEqual([`${admin.filters.remove} ${few!.replace('{days}', '٧')}`])
    await open('/admin/users?age_min=old')
    await page.getByRole('alert').getByText(issue.invalid_number).waitFor()
  })

  it('reads what became of a webhook message, and of a resync', async () => {
    await open('/admin/users/user_123')
    await page.locator('summary').filter({ hasText: 'user.created' }).click()
    await page.getByText(admin.reason.applied).waitFor()
    await page.getByRole('button', { name: admin.user.resync }).click()
    await page.getByText(admin.user.resyncStale, { exact: true }).waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('sees no complaint of the browser', () => {
    // The API refuses files and the filter.
    expect(complaints.errors.filter(error => !/\b(422|400 \(Bad Request\))/.test(error))).toEqual([])
    expect(complaints.foreign).toEqual([])
  })
})

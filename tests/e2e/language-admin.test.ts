import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import arabic from '../../i18n/locales/ar.json' with { type: 'json' }
import german from '../../i18n/locales/de.json' with { type: 'json' }
import { maxPieceBytes } from '../../shared/import.ts'
import { fieldNames } from '../../shared/profile.ts'
import { todayInUTC } from '../../shared/calendar.ts'
import { monthNames } from '../../utils/formats.ts'
import { englishTexts } from '../support/english-texts.ts'
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

describe('an admin with de-DE', () => {
  const { admin } = german
  const count = 1_234
  let page: Page
  let complaints: Awaited<ReturnType<typeof watch>>
  beforeAll(async () => {
    await app.stored.profiles.insertMany(Array.from({ length: count }, (_, index) => ({
      clerk_id: `user_many${index}`,
      birthday: '1985-11-24',
      birth_month_day: '11-24',
      country: 'CA',
      visibility: 'private' as const,
      created_at: new Date('2026-03-05T12:00:00Z'),
    })))
    page = await app.newPage({
      storageState: await signedInState(app, 'admin'),
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
    })
    complaints = await watch(page, app.server.url)
  })
  const open = async (path: string) => {
    await page.goto(app.server.url + path)
    await settle(page)
  }
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const results = () => page.getByRole('region', { name: admin.users.results })
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })
  const cellsOf = (name: string) => row(name).getByRole('cell').allTextContents()
  const expectGerman = async () => {
    expect(await englishTexts(page, german)).toEqual([])
    expect(await violations(page)).toEqual([])
  }
  const choose = (name: string, content: string) =>
    page.locator('input[type=file]').setInputFiles({
      name,
      mimeType: 'text/csv',
      // As a German Excel saves it.
      buffer: Buffer.from(content, 'latin1'),
    })

  it('filters users by country, birthday and visibility, and reads which filters are on and who fits', async () => {
    await open('/admin/users')
    const filters = page.getByRole('search', { name: admin.users.title })
    const country = filters.getByRole('textbox', { name: admin.filters.findCountry })
    await country.fill('kanada')
    await country.press('Enter')
    await page.waitForURL(/country=CA/)
    await filters.locator('summary').filter({ hasText: admin.filters.birthdayAndAge }).click()
    await filters.getByLabel(admin.filters.bornSince).fill('1980-01-01')
    await filters.getByLabel(admin.filters.bornUntil).fill('1989-12-31')
    await filters.locator('summary').filter({ hasText: admin.filters.profile }).click()
    await filters.getByLabel(german.setting.visibility).selectOption({ label: admin.users.private })
    await filters.getByRole('button', { name: admin.filters.apply }).click()
    await page.waitForURL(/visibility=private/)
    await page.getByRole('combobox', { name: admin.users.sortBy }).selectOption({ label: admin.users.oldestPeople })
    await page.waitForURL(/sort=birthday/)
    const chips = page.getByRole('list', { name: admin.filters.active }).getByRole('listitem')
    await expect.poll(async () => (await chips.allTextContents()).map(text => text.replace('Filter entfernen: ', '')))
      .toEqual(['Geboren vom 1. Januar 1980 bis 31. Dezember 1989', 'Land: Kanada', 'Sichtbarkeit: privat'])
    await results().getByText('1.235 Benutzer', { exact: true }).waitFor()
    await filters.getByRole('link', { name: /^November\s1\.235/ }).waitFor()
    await row('Liam Tremblay').waitFor()
    expect(await cellsOf('Liam Tremblay')).toEqual([
      expect.stringMatching(/^23\.11\.1985\d\d Jahre$/),
      expect.stringMatching(/Kanada$/),
      'Loves to read.',
      'privat',
      expect.stringMatching(/^\d\d\.\d\d\.\d{4}$/),
      expect.any(String),
    ])
    expect(await cellsOf('user_many0')).toContain('05.03.2026')
    await expectGerman()
  })

  it('exports them to a file with a German name, whose content is that of the API', async () => {
    await open('/admin/users?country=CA&birthday_from=1980-01-01&birthday_to=1989-12-31&sort=birthday')
    await page.locator('summary').filter({ hasText: admin.export.title }).click()
    await expectGerman()
    const downloading = page.waitForEvent('download')
    await button(admin.export.spreadsheet).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe(`addendum-profile-${todayInUTC()}.csv`)
    await page.getByText('1.235 Datensätze exportiert', { exact: true }).waitFor()
    const [header, first, ...rest] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
    expect(header).toBe('\uFEFFclerk_id,birthday,country,bio,visibility,birthday_visibility,created_at,updated_at')
    expect(first).toMatch(/^user_456,1985-11-23,CA,Loves to read\.,private,private,\d{4}-\d\d-\d\dT/)
    expect(rest).toHaveLength(count)
    await expectGerman()
  })

  it('imports the file of a German spreadsheet, after a look at its letters and dates', async () => {
    await open('/admin/import')
    await expectGerman()
    await choose('Geburtstage.csv', [
      'clerk_id;Name;birthday;bio',
      'user_456;Liam;05.06.1990;Läuft gern, 1.000 km im Jahr',
      'user_789;Mia;1.2.2001;',
      'user_123;Ada;31.02.1990;',
    ].join('\r\n'))
    await page.getByText(admin.import.checked).waitFor()
    await page.getByText('Spalten, getrennt durch Semikolons, in Windows-1252:').waitFor()
    await page.getByText('Datumsangaben in diesem Format: 2 von 3.').waitFor()
    await page.getByText('Tag, Monat, Jahr (05.06.1990 ist der 5. Juni 1990).').waitFor()
    const rejected = page.getByRole('region', { name: admin.import.rejectedRows })
    await rejected.getByText(`birthday: ${german.issue.date_dmy}`).waitFor()
    const letters = page.getByRole('group', { name: admin.import.encodingQuestion })
    expect(await letters.getByRole('listitem').allInnerTexts()).toEqual(['Läuft gern, 1.000 km im Jahr'])
    expect(await button('2 Datensätze importieren').isDisabled()).toBe(true)
    await expectGerman()
    await letters.getByLabel(admin.import.encodingConfirmed).check()
    await button('2 Datensätze importieren').click()
    await page.getByText(admin.import.imported, { exact: true }).waitFor()
    await expectGerman()
  })

  it('asks for the order of day and month, and finds the user that the import changed', async () => {
    await open('/admin/import')
    await choose('Daten.csv', 'clerk_id;birthday\r\nuser_789;5/6/2001\r\n')
    const question = page.getByRole('group', { name: admin.import.whichFormat })
    await question.getByText('5/6/2001 ist der 5. Juni 2001').waitFor()
    await question.getByText('5/6/2001 ist der 6. Mai 2001').waitFor()
    await expectGerman()
    await question.getByLabel(admin.import.dmy).check()
    await page.getByText(admin.import.checked).waitFor()
    await button('1 Datensatz importieren').click()
    await page.getByText(admin.import.imported, { exact: true }).waitFor()
    await expectGerman()

    await open('/admin/users')
    await page.getByRole('searchbox', { name: admin.users.nameOrEmail }).fill('Mia')
    await button(admin.users.search).click()
    await results().getByText('1 Benutzer', { exact: true }).waitFor()
    await row('Mia Schmidt').waitFor()
    expect(await cellsOf('Mia Schmidt')).toContainEqual(expect.stringMatching(/^05\.06\.2001\d\d Jahre$/))
    await expectGerman()
    await row('Mia Schmidt').getByRole('link').click()
    await page.getByRole('heading', { name: admin.user.changes }).waitFor()
    await page.getByText('Alex Admin hat Geburtstag importiert').first().waitFor()
    await expectGerman()
  })

  it('sees no complaint of the browser', () => {
    expect(complaints).toEqual({ foreign: [], errors: [] })
  })
})

import english from '../../i18n/locales/en.json' with { type: 'json' }
import { beforeEach, describe, expect, it } from 'vitest'
import { importPiece } from '../../server/admin/import/import-piece.ts'
import type { ImportHooks } from '../../server/admin/import/import-piece.ts'
import type { ImportQuery } from '../../server/admin/import/import-query.ts'
import { useDatabase } from '../support/database.ts'

const mongo = useDatabase()

const long_ago = new Date(1_000)
const own = { visibility: 'private' as const, created_at: long_ago, updated_at: long_ago, clerk_updated_at: long_ago }
beforeEach(async () => {
  await mongo.stored.profiles.deleteMany({})
  await mongo.stored.profiles.insertMany([
    { clerk_id: 'user_1', birthday: '1990-05-12', birth_month_day: '05-12', country: 'US', bio: 'One', ...own },
    { clerk_id: 'user_2', country: 'CA', seeded_from: { country: long_ago, bio: long_ago }, bio: 'Seeded', ...own },
    { clerk_id: 'user_gone', deleted_at: new Date(), ...own },
  ])
})

const send = (text: string | Buffer, options: Partial<ImportQuery> = {}, audit?: ImportHooks['audit']) =>
  importPiece(
    Buffer.from(text as string),
    { dry_run: false, create: false, last: true, line: 1, ...options },
    { audit },
  )
const all = () => mongo.stored.profiles.find({}, { projection: { _id: 0 }, sort: { clerk_id: 1 } }).toArray()
const profile = (clerk_id: string) => mongo.stored.profiles.findOne({ clerk_id }, { projection: { _id: 0 } })

describe('importing a piece of a file', () => {
  it('stores its cells and derived fields, and keeps all other fields', async () => {
    const text = 'clerk_id,birthday,country,bio\nuser_1,2000-02-29,Canada,\nuser_2,,,"Hello\r\nworld"\n'
    const answer = await send(text)
    expect(answer).toEqual({
      format: 'csv',
      encoding: 'utf-8',
      delimiter: ',',
      columns: ['clerk_id', 'birthday', 'country', 'bio'],
      ignored_columns: [],
      bytes: text.length,
      next_line: 5,
      rows: 2,
      valid: 2,
      changed: 2,
      invalid: [],
      dates: { cells: 1, fits: { ymd: 1, dmy: 0, mdy: 0, serial: 0 }, example: '2000-02-29' },
      date_format: 'ymd',
      samples: [],
    })
    expect(await profile('user_1')).toEqual({
      clerk_id: 'user_1',
      ...own,
      birthday: '2000-02-29',
      birth_month_day: '02-29',
      country: 'CA',
      bio: 'One',
      updated_at: expect.any(Date),
    })
    // The bio is no longer a seed; the country still is.
    expect(await profile('user_2')).toEqual({
      clerk_id: 'user_2',
      ...own,
      country: 'CA',
      bio: 'Hello\r\nworld',
      seeded_from: { country: long_ago },
      updated_at: expect.any(Date),
    })
    expect((await profile('user_1'))!.updated_at!.getTime()).toBeGreaterThan(Date.now() - 60_000)
  })

  it('writes nothing in a dry run, and reports the same', async () => {
    const before = await all()
    const text = 'clerk_id,country\nuser_1,FRA\nuser_2,Atlantis\nuser_3,CA\nuser_gone,CA\n'
    const dry = await send(text, { dry_run: true, create: true })
    expect(await all()).toEqual(before)
    expect(dry).toMatchObject({ rows: 4, valid: 2, changed: 2 })
    expect(await send(text, { create: true })).toEqual(dry)
    expect(await profile('user_1')).toMatchObject({ country: 'FR' })
  })

  it('changes nothing the second time', async () => {
    const text = 'clerk_id;birthday;bio\nuser_1;1999-12-31;New\nuser_new;;First\n'
    expect(await send(text, { create: true })).toMatchObject({ changed: 2 })
    const after = await all()
    expect(await send(text, { create: true })).toMatchObject({ valid: 2, changed: 0 })
    expect(await all()).toEqual(after)
  })

  it('reports the line and the reason of each invalid row, and imports the others', async () => {
    const answer = await send(
      [
        'clerk_id,birthday,country,bio',
        'user_1,2025-02-29,Atlantis,ok',
        ',1990-01-01,,',
        'person_1,1990-01-01,,',
        'user_1,1990-01-01,CA,a,b',
        'user_2,1990-01-01,CA,"a" b',
        'user_2,1899-12-31,,',
        `user_2,,,${'x'.repeat(501)}`,
        'user_unknown,1990-01-01,,',
        'user_gone,1990-01-01,,',
        'user_2,1990-01-01,,',
        'user_2,,,"never closed',
      ].join('\n'),
    )
    expect(answer).toMatchObject({ rows: 11, valid: 1, changed: 1, next_line: 12 })
    expect(answer.invalid.map(({ line, clerk_id, reason }) => `${line} ${clerk_id} ${reason}`)).toEqual([
      '2 user_1 birthday: Enter a date that exists, as year, month and day: YYYY-MM-DD. '
      + 'country: Choose a country from the list, or give its two-letter code, such as CA',
      '3 null clerk_id: Enter the user\'s Clerk id',
      '4 person_1 clerk_id: Enter a Clerk user id, such as user_2abc',
      '5 user_1 The row has 5 cells, but the first line has 4',
      '6 null There is text after a closing quote. Inside a quoted cell, write each quote twice',
      '7 user_2 birthday: Enter a date not before 1900',
      '8 user_2 bio: Enter at most 500 characters',
      '9 user_unknown This user has no profile yet. Turn on creating profiles if the user exists',
      '10 user_gone This account was deleted',
      '12 null A quoted cell has no closing quote. Add it',
    ])
    const issues = answer.invalid.flatMap(row => row.issues)
    expect(issues.map(({ path, code }) => path ? `${path} ${code}` : code)).toEqual([
      'birthday invalid_date',
      'country country_unknown',
      'clerk_id clerk_id_missing',
      'clerk_id clerk_id_invalid',
      'cell_count',
      'text_after_quote',
      'birthday date_too_early',
      'bio text_too_long',
      'profile_missing',
      'account_deleted',
      'quote_not_closed',
    ])
    // A page translates them by these messages.
    expect(Object.keys(english.issue)).toEqual(expect.arrayContaining(issues.map(({ code }) => code)))
    expect(await profile('user_2')).toMatchObject({ birthday: '1990-01-01', birth_month_day: '01-01', bio: 'Seeded' })
    expect(await profile('user_1')).toMatchObject({ birthday: '1990-05-12', bio: 'One' })
    expect(await profile('user_unknown')).toBeNull()
  })

  it('creates missing profiles on request, private and older than any event', async () => {
    expect(await send('bio,clerk_id\nHi,user_new\n', { create: true })).toMatchObject({ changed: 1, invalid: [] })
    expect(await profile('user_new')).toEqual({
      clerk_id: 'user_new',
      bio: 'Hi',
      visibility: 'private',
      created_at: expect.any(Date),
      updated_at: expect.any(Date),
      clerk_updated_at: new Date(0),
    })
  })

  it('keeps a deleted user deleted', async () => {
    expect(await send('clerk_id,bio\nuser_gone,Back\n', { create: true })).toMatchObject({
      changed: 0,
      invalid: [{ reason: 'This account was deleted', issues: [{ path: '', code: 'account_deleted' }] }],
    })
    expect(await profile('user_gone')).not.toHaveProperty('bio')
  })

  it('merges several rows of one user, where the last value of each field wins', async () => {
    expect(await send('clerk_id,country,bio\nuser_1,CA,First\nuser_1,,Second\n')).toMatchObject({
      valid: 2,
      changed: 1,
    })
    expect(await profile('user_1')).toMatchObject({ country: 'CA', bio: 'Second' })
  })

  it('removes the guard of formulas, and leaves other texts unchanged', async () => {
    await send('clerk_id,bio\nuser_1,\'=1+1\nuser_2,\'tis\n')
    expect([(await profile('user_1'))!.bio, (await profile('user_2'))!.bio]).toEqual(['=1+1', '\'tis'])
  })

  it('continues where the previous piece ended', async () => {
    const file = Buffer.from('\uFEFFclerk_id\tname\tbio\r\nuser_1\tx\tEins\r\nuser_2\ty\tZw\u00F6i\r\n')
    const first = await importPiece(file.subarray(0, file.length - 4), {
      dry_run: false,
      create: false,
      last: false,
      line: 1,
    })
    expect(first).toMatchObject({
      columns: ['clerk_id', '', 'bio'],
      ignored_columns: ['name'],
      delimiter: '\t',
      rows: 1,
      next_line: 3,
    })
    const { columns, bytes, next_line: line } = first
    const delimiter = first.delimiter!
    const second = await importPiece(file.subarray(bytes), {
      dry_run: false,
      create: false,
      last: true,
      line,
      columns,
      delimiter,
    })
    expect(second).toMatchObject({ rows: 1, changed: 1, bytes: file.length - bytes, next_line: 4 })
    expect(await profile('user_2')).toMatchObject({ bio: 'Zw\u00F6i' })
    // An incomplete header or row is not read.
    expect(
      await importPiece(file.subarray(0, 9), { dry_run: false, create: false, last: false, line: 1 }),
    ).toMatchObject({ columns: [], bytes: 0, next_line: 1 })
    expect(
      await importPiece(file.subarray(bytes, -4), {
        dry_run: false,
        create: false,
        last: false,
        line,
        columns,
        delimiter,
      }),
    ).toMatchObject({ bytes: 0, rows: 0, next_line: 3 })
  })

  it('reads 1,000 rows at once, and leaves the rest for the next piece', async () => {
    const rows = Array.from({ length: 1_500 }, (_, index) => `user_${index},Row ${index}\n`)
    const file = Buffer.from(`clerk_id,bio\n${rows.join('')}`)
    const first = await importPiece(file, { dry_run: false, create: true, last: true, line: 1 })
    expect(first).toMatchObject({ rows: 999, next_line: 1_001 })
    const { columns, bytes, next_line: line } = first
    const second = await send(file.subarray(bytes), { create: true, line, columns, delimiter: first.delimiter! })
    expect(second).toMatchObject({ rows: 501, changed: 501 })
    expect(await mongo.stored.profiles.countDocuments({ bio: /^Row/ })).toBe(1_500)
  })

  it('reports its changes to the audit log first, and writes nothing if that fails', async () => {
    const text = 'clerk_id,country,bio\nuser_1,US,New\nuser_2,CA,Seeded\nuser_new,CA,\n'
    const told: unknown[] = []
    await send(text, { create: true, dry_run: true }, async changes => void told.push(...changes))
    expect(told).toEqual([])
    const before = await all()
    const fail = async (changes: unknown[]) => {
      told.push(...changes)
      throw new Error('The audit log is unavailable')
    }
    await expect(send(text, { create: true }, fail)).rejects.toThrow('The audit log is unavailable')
    expect(told).toEqual([
      { clerk_id: 'user_1', fields: ['bio'] },
      { clerk_id: 'user_new', fields: ['country'] },
    ])
    expect(await all()).toEqual(before)
  })

  it.each([
    [false, 'user_1'],
    [true, 'user_new'],
  ])(
    'fails where a user is deleted between look and write, and says so when it is sent again (create: %s)',
    async (create, clerk_id) => {
      const text = `clerk_id,bio\n${clerk_id},New\nuser_2,Other\n`
      const deletion = async () => {
        await mongo.stored.profiles.updateOne(
          { clerk_id },
          { $set: { deleted_at: new Date() }, $unset: { bio: '' } },
          { upsert: true },
        )
      }
      await expect(send(text, { create }, deletion)).rejects.toThrow(/accounted for|duplicate key/)
      expect(await send(text, { create })).toMatchObject({
        invalid: [{ line: 2, clerk_id, reason: 'This account was deleted' }],
        changed: 0,
      })
      expect(await profile(clerk_id)).not.toHaveProperty('bio')
      expect(await profile('user_2')).toMatchObject({ bio: 'Other' })
    },
  )

  it('refuses a file that is not CSV or NDJSON', async () => {
    await expect(send('')).rejects.toThrow('The file is empty')
    await expect(send('PK\u0003\u0004 xl/workbook.xml')).rejects.toThrow('This is an Excel workbook')
    await expect(send('name,bio\nZoë,a\n')).rejects.toThrow('The first line must name the columns')
    await expect(send(Buffer.from('clerk_id,bio\nuser_1,Jos\xE9\n', 'latin1'))).rejects.toThrow('Line 2 is not UTF-8')
  })

  it('accepts missing and extra empty cells, and values that stand for an empty cell', async () => {
    const answer = await send(
      [
        'clerk_id,birthday,country,bio',
        'user_1',
        'user_1,1991-01-01',
        'user_2,NULL,N/A,- ,,',
        'user_2,-,none,NULL',
        'user_2,null,\\N,\\N',
        'user_2,#N/A,—,',
        '="user_2",,="FR"',
        '\u200Buser_1\u00A0,\u200E1992-02-02\u00A0,\u00A0,',
      ].join('\n'),
    )
    expect(answer).toMatchObject({ rows: 8, valid: 8, changed: 2, invalid: [], dates: { cells: 2 } })
    expect(await profile('user_1')).toMatchObject({ birthday: '1992-02-02', country: 'US', bio: 'One' })
    // In free text, only values that programs write for an empty cell count as empty.
    expect(await profile('user_2')).toMatchObject({ country: 'FR', bio: '-' })
  })

  it('creates profiles from Clerk\'s own export, only on request', async () => {
    const text = 'id,first_name,primary_email_address\nuser_1,Ada,ada@example.com\nuser_new,Zoë,zoe@example.com\n'
    expect(await send(text)).toMatchObject({
      columns: ['clerk_id', '', ''],
      valid: 1,
      changed: 0,
      invalid: [{ line: 3 }],
    })
    expect(await send(text, { create: true })).toMatchObject({ valid: 2, changed: 1 })
    expect(await profile('user_new')).toMatchObject({ visibility: 'private' })
  })

  it('reads Windows-1252 on request, and returns samples of its letters', async () => {
    const file = Buffer.from('clerk_id;bio\nuser_1;Stra\xDFe \x80\nuser_2;plain\n', 'latin1')
    expect(await send(file, { dry_run: true, encoding: 'windows-1252' })).toMatchObject({
      encoding: 'windows-1252',
      changed: 2,
      samples: ['Straße €'],
      bytes: file.length,
    })
    await send(file, { encoding: 'windows-1252' })
    expect(await profile('user_1')).toMatchObject({ bio: 'Straße €' })
  })

  it('counts the bytes of the file in UTF-16', async () => {
    const file = Buffer.from('\uFEFFclerk_id\tbio\r\nuser_1\tZoë 👋\r\nuser_2\t世界\r\n', 'utf16le')
    const first = await send(file.subarray(0, -3), { last: false })
    expect(first).toMatchObject({ encoding: 'utf-16le', delimiter: '\t', rows: 1, next_line: 3 })
    const { columns, encoding, bytes, next_line: line } = first
    expect(await send(file.subarray(bytes), { columns, encoding, delimiter: '\t', line })).toMatchObject({
      rows: 1,
      bytes: file.length - bytes,
    })
    expect([(await profile('user_1'))!.bio, (await profile('user_2'))!.bio]).toEqual(['Zoë 👋', '世界'])
  })

  it('reads NDJSON by the names of its fields, and changes no text', async () => {
    const lines = [
      { bio: 'NULL', clerk_id: 'user_1', country: null, extra: 1 },
      { clerk_id: 'user_2', bio: '\'=1+1', birthday: '2000-02-29' },
    ]
    expect(await send(lines.map(line => JSON.stringify(line)).join('\n'))).toMatchObject({
      format: 'ndjson',
      delimiter: null,
      ignored_columns: ['extra'],
      changed: 2,
      invalid: [],
    })
    expect(await profile('user_1')).toMatchObject({ bio: 'NULL', country: 'US' })
    expect(await profile('user_2')).toMatchObject({ bio: '\'=1+1', birthday: '2000-02-29' })
  })
})

describe('the dates of a file', () => {
  const file = (...dates: string[]) =>
    ['clerk_id,birthday', ...dates.map((date, index) => `user_${(index % 2) + 1},${date}`)].join('\n')

  it.each([
    ['ymd', ['1990-05-12', '1990-05-12T00:00:00.000Z'], '1990-05-12'],
    ['ymd', ['1990/05/13', '1990/05/12'], '1990-05-12'],
    ['dmy', ['13.05.1990', '12.05.1990'], '1990-05-12'],
    ['dmy', ['13/05/1990', '12/05/1990'], '1990-05-12'],
    ['mdy', ['5/13/1990', '5/12/1990'], '1990-05-12'],
    ['serial', ['33006', '33005'], '1990-05-12'],
  ] as const)('have the format %s if they fit no other: %j', async (format, dates, last) => {
    expect(await send(file(...dates), { dry_run: true })).toMatchObject({
      date_format: format,
      valid: 2,
      invalid: [],
      dates: { cells: 2, fits: { [format]: 2 } },
    })
    const answer = await send(file(...dates), { date_format: format })
    expect(answer).toMatchObject({ date_format: format, valid: 2, invalid: [] })
    expect(await profile('user_2')).toMatchObject({ birthday: last, birth_month_day: '05-12' })
  })

  it('have one format in all rows, and a date in another format makes a row invalid', async () => {
    const answer = await send(
      file('1/2/1990', '13/5/1990', '1990-05-12', '31.02.1990', 'tomorrow', '1/1/1899', '1/1/2999'),
      { date_format: 'mdy' },
    )
    expect(answer.invalid.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      ...[3, 4, 5, 6].map(line => `${line} birthday: Enter a date that exists, as month, day, year`),
      '7 birthday: Enter a date not before 1900',
      '8 birthday: Enter a date that is not in the future',
    ])
    expect(await profile('user_1')).toMatchObject({ birthday: '1990-01-02' })
  })

  it('may fit two formats, which a dry run reports with an ambiguous example', async () => {
    expect(await send(file('05/05/1990', '5/6/1990'), { dry_run: true })).toMatchObject({
      dates: { cells: 2, fits: { ymd: 0, dmy: 2, mdy: 2, serial: 0 }, example: '5/6/1990' },
    })
  })

  it('may fit no format completely, and a dry run counts the fits of each', async () => {
    const answer = await send(file('13/5/1990', '14/5/1990', '5/13/1990', 'unknown'), { dry_run: true })
    expect(answer).toMatchObject({
      dates: { cells: 4, fits: { dmy: 2, mdy: 1 } },
      date_format: 'dmy',
      invalid: [{ line: 4 }, { line: 5 }],
    })
  })

  it.each([
    [
      '5/6/1990',
      'The dates, such as 5/6/1990, do not all start with the year. '
      + 'Set their format: date_format=dmy (day, month, year) or date_format=mdy (month, day, year)',
    ],
    ['13.05.1990', 'Set their format: date_format=dmy (day, month, year)'],
    ['33005', 'date_format=serial (a spreadsheet\'s number)'],
  ])('are stored without a given format only if the year is first: %s', async (date, message) => {
    const before = await all()
    await expect(send(file(date))).rejects.toThrow(message)
    await expect(send(file('1990-05-12', date))).rejects.toThrow(/date_format=/)
    expect(await all()).toEqual(before)
    // A row without a date in any format is invalid as usual.
    expect(await send(file('1991-05-12', 'unknown'))).toMatchObject({ changed: 1, invalid: [{ line: 3 }] })
  })
})

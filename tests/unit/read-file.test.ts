import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import english from '../../i18n/locales/en.json' with { type: 'json' }
import type { ImportQuery } from '../../server/admin/import/import-query.ts'
import { readPiece } from '../../server/admin/import/read-piece.ts'
import { UnreadableFile } from '../../server/errors.ts'
import { encodings } from '../../shared/file-kind.ts'
import type { Encoding } from '../../shared/file-kind.ts'
import { maxPieceBytes } from '../../shared/import.ts'
import type { MessageParams } from '../../shared/issues.ts'

const start: ImportQuery = { dry_run: true, create: false, last: true, line: 1 }
const read = (file: Buffer | string, options: Partial<ImportQuery> = {}) =>
  readPiece(Buffer.from(file as string), { ...start, ...options })
/** Why the file is refused. */
function refusalOf(file: Buffer | string, options?: Partial<ImportQuery>): UnreadableFile {
  try {
    read(file, options)
  }
  catch (error) {
    if (error instanceof UnreadableFile) return error
    throw error
  }
  throw new Error('The file is not refused')
}
const cells = (file: Buffer | string, options?: Partial<ImportQuery>) => read(file, options).rows.map(row => row.cells)
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const utf16be = (text: string) => utf16(text).swap16()

/** The characters in this test that differ between Windows-1252 and Latin-1. */
const windows1252: Record<string, string> = { '€': '\x80', '“': '\x93', 'Ÿ': '\x9F' }
const encode: Record<Encoding, (text: string) => Buffer> = {
  'utf-8': text => Buffer.from(text),
  'utf-16le': utf16,
  'utf-16be': utf16be,
  'windows-1252': text =>
    Buffer.from(
      text.replaceAll(/[€“Ÿ]/g, char => windows1252[char]!),
      'latin1',
    ),
}

/** Sends the file like the page: a piece without a complete row is sent again, longer. */
function inPieces(file: Buffer, sizes: number[], first: Partial<ImportQuery>) {
  const rows = []
  let query: ImportQuery = { ...start, ...first }
  let [done, size, turn] = [0, 0, 0]
  while (done < file.length) {
    size += sizes[turn++ % sizes.length]!
    const last = done + size >= file.length
    const piece = readPiece(file.subarray(done, done + size), { ...query, last })
    if (piece.bytes > 0) {
      const { delimiter, ...layout } = piece.layout
      query = { ...query, ...layout, delimiter: delimiter ?? undefined, line: piece.nextLine }
      size = 0
    }
    rows.push(...piece.rows)
    done += piece.bytes
  }
  return { rows, bytes: done, line: query.line }
}

describe('a file from a spreadsheet', () => {
  const rows = [
    ['user_1', 'Zoë'],
    ['user_2', 'b'],
  ]
  it.each<[string, Buffer | string]>([
    ['CSV', 'clerk_id,bio\nuser_1,Zoë\nuser_2,b\n'],
    ['Excel\'s CSV UTF-8', '\uFEFFclerk_id,bio\r\nuser_1,Zoë\r\nuser_2,b\r\n'],
    ['with semicolons', 'clerk_id;bio\nuser_1;Zoë\nuser_2;b'],
    ['with bars', 'clerk_id|bio\nuser_1|Zoë\nuser_2|b'],
    ['with sep=;', 'sep=;\r\nclerk_id;bio\r\nuser_1;Zoë\r\nuser_2;b\r\n'],
    ['with sep= in quotes, after a byte order mark', '\uFEFF"SEP=^"\r\nclerk_id^bio\r\nuser_1^Zoë\r\nuser_2^b\r\n'],
    ['with sep= and a tab', 'sep=\t\nclerk_id\tbio\nuser_1\tZoë\nuser_2\tb\n'],
    ['Excel\'s Unicode Text', utf16('\uFEFFclerk_id\tbio\r\nuser_1\tZoë\r\nuser_2\tb\r\n')],
    ['UTF-16, big-endian', utf16be('\uFEFFclerk_id\tbio\r\nuser_1\tZoë\r\nuser_2\tb\r\n')],
    ['UTF-16 without a byte order mark', utf16('clerk_id\tbio\r\nuser_1\tZoë\r\nuser_2\tb\r\n')],
    ['UTF-16, big-endian, without a byte order mark', utf16be('clerk_id\tbio\r\nuser_1\tZoë\r\nuser_2\tb\r\n')],
    ['with sep= in UTF-16', utf16('\uFEFFsep=;\r\nclerk_id;bio\r\nuser_1;Zoë\r\nuser_2;b\r\n')],
    ['with a Ctrl-Z at its end', 'clerk_id,bio\r\nuser_1,Zoë\r\nuser_2,b\r\n\x1A'],
    ['filled with zeros', `clerk_id,bio\r\nuser_1,Zoë\r\nuser_2,b${'\0'.repeat(4096)}`],
    [
      'in UTF-16, with one byte Ctrl-Z at its end',
      Buffer.concat([utf16('\uFEFFclerk_id\tbio\nuser_1\tZoë\nuser_2\tb\n'), Buffer.from('\x1A')]),
    ],
  ])('is read: %s', (_, file) => {
    const piece = read(file)
    expect(piece.rows.map(row => row.cells)).toEqual(rows)
    expect(piece.layout.columns).toEqual(['clerk_id', 'bio'])
    expect(piece.bytes).toBe(Buffer.from(file as string).length)
  })

  it('counts all lines, including the sep= line', () => {
    expect(read('sep=;\r\nclerk_id;bio\r\nuser_1;"a\r\nb"\r\nuser_2;c').rows.map(row => row.line)).toEqual([3, 5])
    expect(read('sep=;\nclerk_id;bio\nuser_1;a\n').nextLine).toBe(4)
  })

  it('is read as Windows-1252 only on request', () => {
    const file = encode['windows-1252']('clerk_id,bio\nuser_1,Straße “Zoë” 5 € Ÿ\n'.replace('”', '“'))
    expect(cells(file, { encoding: 'windows-1252' })).toEqual([['user_1', 'Straße “Zoë“ 5 € Ÿ']])
    expect(() => read(file)).toThrow('Line 2 is not UTF-8')
  })

  it('is refused as UTF-16 if it contains half a character', () => {
    expect(() => read(utf16('\uFEFFclerk_id\tbio\nuser_1\ta\nuser_2\t\uD83D\n'))).toThrow('Line 3 is not UTF-16')
    expect(() => read(utf16('\uFEFFclerk_id\tbio\nuser_1\tab\n').subarray(0, -3))).toThrow('Line 2 is not UTF-16')
  })

  it('may be Clerk\'s own export', () => {
    const { layout, rows, ignored } = read(
      [
        'id,first_name,last_name,username,primary_email_address,primary_phone_number,verified_email_addresses,'
        + 'unverified_email_addresses,verified_phone_numbers,unverified_phone_numbers,totp_secret,password_digest,'
        + 'password_hasher',
        'user_2abc,Zoë,"O\'Hara, Jr.",zoe,zoe@example.com,,zoe@example.com,,,,,$2a$10$x,bcrypt',
      ].join('\n'),
    )
    expect(layout.columns).toEqual(['clerk_id', ...Array.from({ length: 12 }, () => '')])
    expect(ignored).toContain('primary_email_address')
    expect(rows).toHaveLength(1)
  })
})

describe('an NDJSON file', () => {
  const line = (object: object) => `${JSON.stringify(object)}\n`
  it('may be this app\'s own export, where null and absent fields are equal', () => {
    const { layout, ignored, rows } = read(
      [
        line({
          clerk_id: 'user_1',
          birthday: '1990-05-12',
          country: null,
          bio: '=1+1 "x"\nNULL',
          visibility: 'private',
          updated_at: null,
        }),
        line({ bio: 'b', clerk_id: 'user_2' }),
        '\n',
        line({ userId: 'user_3', birthday: 33005 }),
      ].join(''),
    )
    expect(layout).toEqual({
      format: 'ndjson',
      encoding: 'utf-8',
      columns: ['clerk_id', 'birthday', 'country', 'bio'],
      delimiter: null,
    })
    expect(ignored).toEqual(['visibility', 'updated_at'])
    expect(rows).toEqual(
      [
        { line: 1, cells: ['user_1', '1990-05-12', '', '=1+1 "x"\nNULL'] },
        { line: 2, cells: ['user_2', '', '', 'b'] },
        { line: 4, cells: ['user_3', '33005', '', ''] },
      ].map(row => ({ ...row, issue: undefined })),
    )
  })

  it('loses only the malformed lines', () => {
    const { rows } = read(
      [
        line({ clerk_id: 'user_1' }),
        '{"clerk_id":\n',
        '[1]\n',
        line({ clerk_id: 'user_2', bio: { a: 1 } }),
        line({ id: 'user_3', user_id: 'user_4' }),
        line({ clerk_id: 'user_5' }),
      ].join(''),
    )
    expect(rows.map(({ line, issue }) => [line, issue?.path, issue?.message])).toEqual([
      [1, undefined, undefined],
      [2, '', 'The line is not a JSON object'],
      [3, '', 'The line is not a JSON object'],
      [4, 'bio', 'Give a string or a number'],
      [5, '', expect.stringContaining('The columns id and user_id could each be')],
      [6, undefined, undefined],
    ])
  })

  it('is refused if its first line contains no id', () => {
    expect(() => read(line({ data: [] }))).toThrow('The first line must name the columns')
    expect(() => read('{"clerk_id": "user_1",\n"bio":"a"}\n')).toThrow('The first line is not a complete JSON object')
  })
})

describe('a file in pieces', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 })
  const end = fc.constantFrom('', '\n', '\n\x1A', '\0'.repeat(200))
  const newline = fc.constantFrom('\n', '\r\n', '\r')
  const letters = { 'utf-8': '👩🏽‍🚀', 'utf-16le': '👩🏽‍🚀', 'utf-16be': '世', 'windows-1252': '€' }

  it.each(encodings)('has the same rows as the whole file, however it is split, in %s', (encoding) => {
    const bio = fc.string({
      unit: fc.constantFrom('a', 'é', 'Ÿ', letters[encoding], ' ', '""', ',', '\n', '='),
      maxLength: 12,
    })
    const marks = encoding.startsWith('utf') ? ['\uFEFF', '\uFEFFsep=,\r\n'] : []
    const prefix = fc.constantFrom('', 'sep=,\n', ...marks)
    const bios = fc.array(bio, { maxLength: 8 })
    fc.assert(
      fc.property(prefix, bios, newline, end, sizes, (prefix, bios, newline, end, sizes) => {
        const text
          = prefix + ['clerk_id,bio', ...bios.map((bio, index) => `user_${index},"${bio}"`)].join(newline) + end
        const file = encode[encoding](text)
        const whole = read(file, { encoding })
        expect(whole.rows).toHaveLength(bios.length)
        expect(inPieces(file, sizes, { encoding })).toEqual({
          rows: whole.rows,
          bytes: file.length,
          line: whole.nextLine,
        })
      }),
      { numRuns: 500 },
    )
  })

  it.each(encodings)('has the same objects as the whole file, however it is split, in %s', (encoding) => {
    const bio = fc.string({ unit: fc.constantFrom('a', 'é', 'Ÿ', letters[encoding], '"', '\n'), maxLength: 12 })
    const bios = fc.array(bio, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(bios, newline, end, sizes, (bios, newline, end, sizes) => {
        const lines = bios.map((bio, index) => JSON.stringify({ clerk_id: `user_${index}`, bio }))
        const file = encode[encoding](lines.join(newline) + end)
        const whole = read(file, { encoding })
        expect(whole.rows.map(row => row.cells.at(-1))).toEqual(bios)
        expect(inPieces(file, sizes, { encoding })).toEqual({
          rows: whole.rows,
          bytes: file.length,
          line: whole.nextLine,
        })
      }),
      { numRuns: 500 },
    )
  })

  it('is refused if an encoded row is longer than a piece', () => {
    for (const encoding of ['utf-8', 'utf-16le'] as const) {
      const piece = (length: number) =>
        read(encode[encoding]('x'.repeat(length)), { encoding, columns: ['clerk_id', 'bio'], last: false, line: 7 })
      const most = maxPieceBytes / encode[encoding]('x').length
      expect(piece(most - 1).bytes).toBe(0)
      expect(() => piece(most)).toThrow('Line 7 is longer than 1 MiB')
    }
  })
})

describe('a file of the wrong kind', () => {
  const bytes = (...start: number[]) => Buffer.concat([Buffer.from(start), Buffer.from('\0\x14\0\x06\0some more')])
  it.each<[string, Buffer | string, RegExp, string]>([
    [
      'an Excel workbook',
      Buffer.concat([bytes(0x50, 0x4b, 3, 4), Buffer.from('[Content_Types].xml')]),
      /^This is an Excel workbook, not a CSV file\. Open it in a spreadsheet, save it as "CSV UTF-8"/,
      'file_excel',
    ],
    [
      'a workbook that starts with its data',
      Buffer.concat([bytes(0x50, 0x4b, 3, 4), Buffer.from('docProps/app.xml')]),
      /^This is an Excel workbook/,
      'file_excel',
    ],
    [
      'an OpenDocument spreadsheet',
      Buffer.concat([bytes(0x50, 0x4b, 3, 4), Buffer.from('mimetypeapplication/vnd.oasis.opendocument.spreadsheet')]),
      /^This is an OpenDocument spreadsheet/,
      'file_opendocument',
    ],
    ['another zip', bytes(0x50, 0x4b, 3, 4), /^This is a zip archive\. Unpack it/, 'file_zip'],
    [
      'an old workbook',
      bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
      /^This is an old Excel workbook \(\.xls\)/,
      'file_excel_old',
    ],
    ['an HTML table', '\r\n<table border="1"><tr><td>clerk_id</td></tr></table>', /^This is an HTML page/, 'file_html'],
    ['an HTML page', '\uFEFF<!DOCTYPE html>\n<html>', /^This is an HTML page/, 'file_html'],
    [
      'an HTML page in UTF-16',
      utf16('\uFEFF<html xmlns:x="urn:schemas-microsoft-com:office:excel">'),
      /^This is an HTML page/,
      'file_html',
    ],
    ['an XML spreadsheet', '<?xml version="1.0"?><Workbook/>', /^This is an XML file/, 'file_xml'],
    [
      'a JSON array',
      '[{"clerk_id":"user_1"}]',
      /^This is a JSON array\. Write one object per line \(NDJSON\)/,
      'file_json_array',
    ],
    ['a JSON array over lines', '\uFEFF[\n  {\n', /^This is a JSON array/, 'file_json_array'],
    [
      'JSON over lines',
      '{\n  "users": []\n}',
      /^This JSON object spans several lines\. Write one object per line/,
      'file_json_spread',
    ],
    ['JSON over lines, later', '{"users": [\n', /^This JSON object spans several lines/, 'file_json_spread'],
    ['a PDF', '%PDF-1.7\n', /^This is a PDF/, 'file_pdf'],
    ['a gzip archive', bytes(0x1f, 0x8b, 8, 0), /^This is a gzip archive\. Unpack it/, 'file_gzip'],
    ['a picture', bytes(0x89, 0x50, 0x4e, 0x47), /^This is not a text file/, 'file_not_text'],
    ['nothing', '', /^The file is empty$/, 'file_empty'],
    ['nothing but blanks and padding', '\uFEFF \r\n\0\0\x1A', /^The file is empty$/, 'file_empty'],
    ['a table without an id', 'name,bio\nZoë,a\n', /^The first line must name the columns/, 'file_header_missing'],
    ['a sep= line alone', 'sep=;\n', /^The first line must name the columns/, 'file_header_missing'],
  ])('is refused with a reason, which has a code: %s', (_, file, reason, code) => {
    const { message, data: { params }, ...refusal } = refusalOf(file)
    expect(message).toMatch(reason)
    expect(refusal.code).toBe(code)
    // The text that is translated is the API's.
    const text = english.error[code as keyof typeof english.error]
    const filled = text.replaceAll(/\{(\w+)\}/g, (_, name) => String(params[name]))
    expect(filled.replaceAll(/[“”]/g, '"')).toBe(`${message}.`)
  })

  it.each<[string, Buffer | string, MessageParams]>([
    ['file_header_missing', 'name,bio\n', { fields: 'birthday, country, bio' }],
    ['file_column_twice', 'clerk_id,bio,Bio\n', { column: 'bio' }],
    ['file_ids_ambiguous', 'id,User ID,bio\n', { columns: 'id, User ID' }],
    ['file_not_utf8', Buffer.from('clerk_id,bio\nuser_1,Zo\xEB\n', 'latin1'), { line: 2 }],
    ['file_not_utf16', utf16('\uFEFFclerk_id\tbio\nuser_1\t\uD83D\n'), { line: 2 }],
    ['file_line_too_long', 'x'.repeat(maxPieceBytes), { line: 1 }],
    ['file_json_incomplete', '{"clerk_id": "user_1",\n"bio":"a"}\n', {}],
  ])('is refused with what a translation of the message names: %s', (code, file, params) => {
    const refusal = refusalOf(file, { last: false })
    expect([refusal.code, refusal.data.params]).toEqual([code, params])
  })

  it('is not refused before the header is complete', () => {
    for (const start of ['', ' ', '{', 'c', 'sep', 'sep=;\r', '\uFEFF']) {
      expect(read(start, { last: false }), start).toMatchObject({ bytes: 0, rows: [] })
    }
  })
})

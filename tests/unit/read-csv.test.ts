import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRows } from '../../server/admin/import/read-csv.ts'
import type { FileRow } from '../../server/admin/import/read-csv.ts'
import { findDelimiter, readHeader } from '../../server/admin/import/read-header.ts'
import { delimiters } from '../../shared/import.ts'
import { UnreadableFile } from '../../server/errors.ts'

const whole = (text: string | Buffer, delimiter = ',') =>
  readRows(Buffer.from(text), { delimiter, line: 1, isLast: true, isFull: false, maxRows: 1_000_000 })
const cells = (text: string, delimiter?: string) => whole(text, delimiter).rows.map(row => row.cells)
const lines = (rows: FileRow[]) => rows.map(({ line, issue }) => (issue ? `${line} bad` : `${line}`))

/** Sends the file like the page: a piece without a complete row is sent again, longer. */
function inPieces(file: Buffer, sizes: number[], delimiter: string, maxRows: number) {
  const rows: FileRow[] = []
  let [start, line, size, turn] = [0, 1, 0, 0]
  while (start < file.length) {
    size += sizes[turn++ % sizes.length]!
    const isLast = start + size >= file.length
    const read = readRows(file.subarray(start, start + size), { delimiter, line, isLast, isFull: false, maxRows })
    if (read.bytes > 0) size = 0
    rows.push(...read.rows)
    start += read.bytes
    line = read.nextLine
  }
  return { rows, bytes: start, nextLine: line }
}

const delimiter = fc.constantFrom(...delimiters)
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 })
const maxRows = fc.constantFrom(1, 2, 1_000_000)

describe('a CSV file', () => {
  it('is read as it was written, with any delimiter, line break and split', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '👩🏽‍🚀', ' ', '"', ',', ';', '|', '\t', '\n', '\r', '\r\n', '=', '\''),
    })
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 8 })
    fc.assert(
      fc.property(
        table,
        delimiter,
        fc.constantFrom('\n', '\r\n', '\r'),
        sizes,
        maxRows,
        (table, delimiter, record_delimiter, sizes, maxRows) => {
          const write = (rows: string[][]) =>
            stringify(rows, { delimiter, record_delimiter, quoted_match: /^\s|\s$|[\r\n]/ })
          const file = Buffer.from(write(table))
          // A row starts on the line after all lines of the rows before it.
          const expected = table
            .map((cells, index) => ({
              line: write(table.slice(0, index)).split(/\r\n|\n|\r/).length,
              cells,
              issue: undefined,
            }))
            .filter(({ cells }) => cells.some(cell => cell.trim() !== ''))
          const read = inPieces(file, sizes, delimiter, maxRows)
          expect(read.rows).toEqual(expected)
          expect(read.bytes).toBe(file.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is read the same as a whole and in pieces, even if it is malformed', () => {
    const units = ['a', 'é', ' ', '"', '"', '="', ',', ',', '\n', '\n', '\r', '\r\n', '\u00A0']
    const text = fc.string({ unit: fc.constantFrom(...units) })
    fc.assert(
      fc.property(text, sizes, maxRows, (text, sizes, maxRows) => {
        expect(inPieces(Buffer.from(text), sizes, ',', maxRows)).toEqual(whole(text))
      }),
      { numRuns: 2_000, examples: [['"\n",="', [1], 1]] },
    )
  })

  it('gets its delimiter from the header', () => {
    for (const [file, delimiter] of [
      ['clerk_id,bio\n', ','],
      ['clerk_id;bio\n', ';'],
      ['Clerk_ID\tbio', '\t'],
      ['"a;b","clerk_id"', ','],
      ['\n"x, y";clerk_id;bio, country\n', ';'],
      ['clerk_id', ','],
      ['', ','],
      ['"', ','],
      ['id|first_name|bio', '|'],
      ['User ID;bio', ';'],
      ['"Clerk ID"\tbio', '\t'],
    ])
      expect(findDelimiter(Buffer.from(file!)), file).toBe(delimiter)
  })

  it('gets its columns from the header, in any order and case', () => {
    expect(readHeader([' BIO', 'Clerk_Id ', 'visibility', 'country'])).toEqual({
      columns: ['bio', 'clerk_id', '', 'country'],
      ignored: ['visibility'],
    })
  })

  it.each([
    'clerk_id',
    'id',
    'ID',
    'user_id',
    'User ID',
    'userId',
    'Clerk ID',
    'clerkId',
    'clerk-id',
    'clerk user id',
    '\uFEFFclerk_id',
    '\u00A0Clerk\u00A0ID\u200B',
  ])('accepts %j as the id', (name) => {
    expect(readHeader([name, 'bio']).columns).toEqual(['clerk_id', 'bio'])
  })

  it.each([[[]], [['bio', 'country']], [['name', 'identity']]])('is refused without the id: %j', (header) => {
    expect(() => readHeader(header)).toThrow(
      /^The first line must name the columns: clerk_id \(or id, user_id\), and any of birthday, country, bio$/,
    )
  })

  it('may not name a column twice', () => {
    expect(() => readHeader(['clerk_id', 'bio', 'Bio'])).toThrow('The column bio appears twice')
    expect(() => readHeader(['clerk_id', 'bio', 'Clerk_ID'])).toThrow('The column clerk_id appears twice')
  })

  it('with two possible ids uses only one that is named clerk_id', () => {
    expect(() => readHeader(['id', 'User ID', 'bio'])).toThrow(
      'The columns id and User ID could each be the Clerk id. Rename the right one to clerk_id',
    )
    expect(() => readHeader(['id', 'Clerk ID', 'bio'])).toThrow('The columns id and Clerk ID could each be')
    expect(readHeader(['id', 'clerk_id', 'user_id', 'bio'])).toEqual({
      columns: ['', 'clerk_id', '', 'bio'],
      ignored: ['id', 'user_id'],
    })
  })

  it('is trimmed around cells, but not inside quotes', () => {
    expect(cells('a , b\n"  c ", "d" \n')).toEqual([
      ['a', 'b'],
      ['  c ', 'd'],
    ])
  })

  it('may contain empty rows and rows of empty cells, and end without a line break', () => {
    expect(whole('\n,\n a,b\n\n  ,\nc,d').rows).toEqual([
      { line: 3, cells: ['a', 'b'] },
      { line: 6, cells: ['c', 'd'] },
    ])
    expect(lines(whole('a,b\n  ').rows)).toEqual(['1'])
  })

  it('loses only the row with a wrong quote', () => {
    expect(lines(whole('a,"b" c\nd,e\n').rows)).toEqual(['1 bad', '2'])
    expect(lines(whole('a,b "c"\nd,e\n').rows)).toEqual(['1 bad', '2'])
    expect(whole('a,b\na,"b\nd,e\nf,g').rows).toMatchObject([
      { line: 1 },
      { line: 2, issue: { code: 'quote_not_closed', message: 'A quoted cell has no closing quote. Add it' } },
      { line: 3 },
      { line: 4 },
    ])
  })

  it('may have quoted cells over several lines', () => {
    expect(lines(whole('a,"b\r\n\r\nc"\r\nd,e').rows)).toEqual(['1', '4'])
  })

  it('is refused if a row is longer than a piece', () => {
    const piece = (text: string, isFull: boolean) =>
      readRows(Buffer.from(text), { delimiter: ',', line: 7, isLast: false, isFull, maxRows: 10 })
    expect(piece('xxx', false).bytes).toBe(0)
    expect(() => piece('xxx', true)).toThrow('Line 7 is longer than 1 MiB')
    // The closing quote may be in the next piece, but not further away.
    expect(piece('a,"b\nc,d\nxxx\n', false).bytes).toBe(0)
    expect(lines(piece('a,"b\nc,d\nxxx\n', true).rows)).toEqual(['7 bad', '8', '9'])
  })

  it('may have cells such as ="text", and other cells stay unchanged', () => {
    expect(cells('="user_1",="CA",b\n"=""user_2""","a,=""b""",c\nuser_3, ="x, y" ,"two\n=""lines"""\n')).toEqual([
      ['user_1', 'CA', 'b'],
      ['="user_2"', 'a,="b"', 'c'],
      ['user_3', 'x, y', 'two\n="lines"'],
    ])
    expect(lines(whole('="a",b "c"\nd,e\n="f",="g"\n').rows)).toEqual(['1 bad', '2', '3'])
    expect(cells('="a"\tb', '\t')).toEqual([['a', 'b']])
  })

  it.each(['\x1A', '\0'.repeat(1_000), '\0\x1A'])('may end with %j, on a separate line or not', (padding) => {
    for (const text of ['a,b\nc,d\n', 'a,b\nc,d']) {
      expect(whole(text + padding)).toEqual({ ...whole(text), bytes: text.length + padding.length })
      expect(inPieces(Buffer.from(text + padding), [3], ',', 10).rows).toEqual(whole(text).rows)
    }
    // In a separate piece of any length.
    expect(
      readRows(Buffer.from(padding), { delimiter: ',', line: 9, isLast: false, isFull: true, maxRows: 1 }),
    ).toEqual({ rows: [], bytes: padding.length, nextLine: 9 })
  })

  it('is refused if it is not UTF-8', () => {
    expect(() => whole(Buffer.from('a,b\nc,d\xE9\n', 'latin1'))).toThrow(UnreadableFile)
    expect(() => whole(Buffer.from('a,b\nc,d\xE9\n', 'latin1'))).toThrow('Line 2 is not UTF-8')
    expect(() => whole(Buffer.from('\uFEFFa,b\n', 'utf16le'))).toThrow('Line 1 is not UTF-8')
  })
})

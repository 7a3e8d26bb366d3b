import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImportAnswer } from '../../shared/answers.ts'
import { encodingOfFile } from '../../utils/file-encoding.ts'
import { addAnswer, dateFormatOf, newRun, queryOf } from '../../utils/import-run.ts'

const { signal } = new AbortController()
const encodingOf = (content: Buffer | string) => encodingOfFile(new Blob([Buffer.from(content as string)]), signal)

describe('the encoding of a chosen file', () => {
  it.each<[string, Buffer | string]>([
    ['utf-8', 'clerk_id,bio\nuser_1,Zoë\n'],
    ['utf-8', `\uFEFFclerk_id,bio\nuser_1,${'Zoë'.repeat(1_000_000)}\n`],
    ['utf-8', `clerk_id,bio\nuser_1,${'Zoë'.repeat(1_000_000)}\n`],
    ['utf-8', `clerk_id,bio\nuser_1,a\n${'\0'.repeat(3_000)}`],
    ['windows-1252', Buffer.from('clerk_id,bio\nuser_1,Zo\xEB\n', 'latin1')],
    [
      'windows-1252',
      Buffer.concat([Buffer.from('clerk_id,bio\n'.padEnd(3_000_000, 'user_1,a\n')), Buffer.from([0xeb])]),
    ],
    ['utf-16le', Buffer.from('\uFEFFclerk_id\tbio\n', 'utf16le')],
    ['utf-16be', Buffer.from('clerk_id\tbio\n', 'utf16le').swap16()],
  ])('is %s, wherever in the file the evidence is', async (encoding, content) => {
    expect(await encodingOf(content)).toBe(encoding)
  })

  it('is not determined for a file of the wrong kind', async () => {
    await expect(encodingOf('PK\u0003\u0004 [Content_Types].xml')).rejects.toMatchObject({
      data: { message: expect.stringContaining('This is an Excel workbook'), data: { code: 'file_excel' } },
    })
    await expect(encodingOf('')).rejects.toThrow('The file is empty')
  })
})

describe('a pass over a file', () => {
  const answer = (part: Partial<ImportAnswer>): ImportAnswer => ({
    format: 'csv',
    encoding: 'utf-8',
    columns: ['clerk_id', 'birthday'],
    delimiter: ';',
    ignored_columns: ['name'],
    bytes: 10,
    next_line: 2,
    rows: 1,
    valid: 1,
    changed: 1,
    invalid: [],
    dates: { cells: 0, fits: { ymd: 0, dmy: 0, mdy: 0, serial: 0 }, example: null },
    date_format: 'ymd',
    samples: [],
    ...part,
  })
  const dates = (dmy: number, mdy: number, example: string) => ({
    cells: Math.max(dmy, mdy),
    fits: { ymd: 0, dmy, mdy, serial: 0 },
    example,
  })

  it('sends the layout and the date format with each later piece', () => {
    const run = newRun({ dryRun: false, create: true, encoding: 'windows-1252', dateFormat: 'dmy' })
    expect(queryOf(run, false)).toEqual({
      dry_run: false,
      create: true,
      line: 1,
      last: false,
      encoding: 'windows-1252',
      date_format: 'dmy',
    })
    addAnswer(run, answer({}))
    expect(queryOf(run, true)).toEqual({
      dry_run: false,
      create: true,
      line: 2,
      last: true,
      encoding: 'windows-1252',
      date_format: 'dmy',
      format: 'csv',
      columns: 'clerk_id,birthday',
      delimiter: ';',
    })
  })

  it('finds the format that fits the dates of all pieces', () => {
    const run = newRun({ dryRun: true, create: false })
    expect(dateFormatOf(run.dates)).toEqual({ format: undefined, isAsked: false })
    addAnswer(run, answer({ dates: dates(3, 3, '5/6/1990'), date_format: 'dmy' }))
    expect(dateFormatOf(run.dates)).toEqual({ format: 'dmy', isAsked: true })
    addAnswer(run, answer({ dates: dates(1, 3, '5/13/1990'), date_format: 'mdy' }))
    expect(dateFormatOf(run.dates)).toEqual({ format: 'mdy', isAsked: false })
    expect(run).toMatchObject({ dates: { cells: 6, example: '5/6/1990' }, readBy: ['dmy', 'mdy'] })
  })

  it('asks for the format only with an ambiguous date, which it shows', () => {
    const run = newRun({ dryRun: true, create: false })
    addAnswer(run, answer({ dates: dates(1, 1, '5/5/1990'), date_format: 'dmy' }))
    expect(dateFormatOf(run.dates)).toEqual({ format: 'dmy', isAsked: false })
    addAnswer(run, answer({ dates: dates(1, 1, '7/5/1990'), date_format: 'dmy' }))
    expect(dateFormatOf(run.dates).isAsked).toBe(true)
    expect(run.dates.example).toBe('7/5/1990')
  })

  it('asks if two formats fit the same number of dates', () => {
    const run = newRun({ dryRun: true, create: false })
    addAnswer(run, answer({ dates: { cells: 2, fits: { ymd: 1, dmy: 1, mdy: 0, serial: 0 }, example: '1990-05-12' } }))
    expect(dateFormatOf(run.dates)).toEqual({ format: 'ymd', isAsked: true })
  })

  it('finds the same format, however the file is split', () => {
    const piece = fc.record({ dmy: fc.nat(5), mdy: fc.nat(5) })
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const run = newRun({ dryRun: true, create: false })
        for (const { dmy, mdy } of pieces) addAnswer(run, answer({ dates: dates(dmy, mdy, '5/6/1990') }))
        const whole = newRun({ dryRun: true, create: false })
        const sum = (name: 'dmy' | 'mdy') => pieces.reduce((total, piece) => total + piece[name], 0)
        addAnswer(whole, answer({ dates: dates(sum('dmy'), sum('mdy'), '5/6/1990') }))
        expect(dateFormatOf(run.dates)).toEqual(dateFormatOf(whole.dates))
      }),
    )
  })
})

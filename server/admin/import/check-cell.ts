import { findCountry } from '../../../shared/countries.ts'
import { dateFormats, isAmbiguous, leadingFormats, readDate } from '../../../shared/date-formats.ts'
import type { DateFits, DateFormat } from '../../../shared/date-formats.ts'
import { unguardFormula } from '../../../shared/formulas.ts'
import { issuesOf } from '../../../shared/issues.ts'
import type { Issue } from '../../../shared/issues.ts'
import type { DateTally, FileLayout } from '../../../shared/answers.ts'
import type { ImportColumn } from '../../../shared/import.ts'
import { metaOf, profileFields } from '../../../shared/profile.ts'
import type { ProfileField } from '../../../shared/profile.ts'
import type { FileRow } from './read-csv.ts'
import { rowIssue } from './row-issue.ts'
import { UnreadableFile } from '../../errors.ts'

/** Removes invisible characters, surrounding spaces and a spreadsheet's ="" from a cell that is not free text. */
const cleanCell = (cell: string) => cell.replaceAll(/\p{Cf}/gu, '').trim().replace(/^="(.*)"$/s, '$1').trim()

/** A Clerk user id, with a limit on its length. */
export const clerkId = /^user_\w{1,100}$/

/** Also removes non-breaking spaces inside an id, which come with text copied from web pages. */
export const cleanId = (cell: string) => cleanCell(cell).replaceAll(/[\u00A0\u202F]/g, '')

/** What people and programs write in an empty cell. */
const nothing = new Set(['', 'null', '\\n', 'n/a', '#n/a', 'none', '-', '–', '—'])
const isNothing = (clean: string) => nothing.has(clean.toLowerCase())

/** In free text, only NULL and \N count as empty, which people do not write. The export guards such texts. */
const isNothingAsText = (cell: string) => ['', 'NULL', '\\N'].includes(cell.trim())

function isDate(column: ImportColumn): column is ProfileField {
  return column !== '' && column !== 'clerk_id' && metaOf(column).input === 'date'
}

export interface PieceTally extends DateTally {
  /** The number of dates that fit at least one format. */
  readable: number
}

/** Counts the dates of the rows by the formats that they fit. */
export function tallyDates(rows: FileRow[], columns: ImportColumn[]): PieceTally {
  const fits = Object.fromEntries(dateFormats.map(format => [format, 0])) as DateFits
  const tally: PieceTally = { cells: 0, readable: 0, fits, example: null }
  let isExampleClear = false
  for (const [index, column] of columns.entries()) {
    if (!isDate(column)) continue
    const schema = profileFields.shape[column]
    for (const { cells } of rows) {
      const text = cleanCell(cells[index] ?? '')
      if (isNothing(text)) continue
      tally.cells++
      const fitting = dateFormats.filter(format => schema.safeParse(readDate(text, format)).success)
      for (const format of fitting) fits[format]++
      if (fitting.length === 0) continue
      tally.readable++
      if (isExampleClear) continue
      isExampleClear = isAmbiguous(text, fitting)
      if (isExampleClear || tally.example === null) tally.example = text
    }
  }
  return tally
}

const names: Record<DateFormat, string> = {
  ymd: 'year, month, day',
  dmy: 'day, month, year',
  mdy: 'month, day, year',
  serial: 'a spreadsheet\'s number',
}

/** @throws UnreadableFile unless all dates are year, month and day. The client must set any other format */
export function requireFormat({ fits, readable, example }: PieceTally): void {
  if (fits.ymd === readable) return
  const formats = leadingFormats(fits)
  const choices = formats.map(format => `date_format=${format} (${names[format]})`)
  const message
    = `The dates, such as ${example}, do not all start with the year. Set their format: ${choices.join(' or ')}`
  throw new UnreadableFile('file_dates_ambiguous', message, { example: String(example), formats: formats.join(', ') })
}

/** The issue with a date that is not in the requested format. `message` is the schema's, which is for ymd. */
function dateIssue(format: DateFormat, message: string): Issue {
  if (format === 'ymd') return rowIssue('invalid_date', message)
  return rowIssue(`date_${format}`, `Enter a date that exists, as ${names[format]}`)
}

/** How to read the cells. */
export type Reading = Pick<FileLayout, 'format'> & { date_format: DateFormat }

/** @returns the value, or an issue; neither for an empty cell */
export function checkCell(field: ProfileField, cell: string, reading: Reading): { value?: unknown, issue?: Issue } {
  const { format, date_format } = reading
  const { input } = metaOf(field)
  if (cell.trim() === '' || (input === 'text' && format === 'csv' && isNothingAsText(cell))) return {}
  const clean = cleanCell(cell)
  const result = profileFields.shape[field].safeParse(valueOf(field, cell, reading))
  if (result.success) return { value: result.data }
  // Checked last, because a field may have a value such as 'none'.
  if (input !== 'text' && isNothing(clean)) return {}
  const issue = issuesOf(result.error)[0]!
  const isUnread = input === 'date' && readDate(clean, date_format) === undefined
  return { issue: { ...isUnread ? dateIssue(date_format, issue.message) : issue, path: field } }
}

/** Converts a cell to the stored form; undefined for a date in another format. */
function valueOf(field: ProfileField, cell: string, { format, date_format }: Reading): string | undefined {
  const { input } = metaOf(field)
  // Quoted spaces belong to a text, so it is not trimmed. The guard exists only in CSV.
  if (input === 'text') return format === 'csv' ? unguardFormula(cell) : cell
  const text = cleanCell(unguardFormula(cell))
  if (input === 'date') return readDate(text, date_format)
  return (input === 'country' && findCountry(text)) || text
}

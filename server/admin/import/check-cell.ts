import { findCountry } from '../../../shared/countries.ts'
import { dateFormats, isAmbiguous, leadingFormats, readDate } from '../../../shared/date-formats.ts'
import type { DateFits, DateFormat } from '../../../shared/date-formats.ts'
import { unguardFormula } from '../../../shared/formulas.ts'
import type { DateTally, FileLayout, ImportColumn } from '../../../shared/import.ts'
import { metaOf, profileFields } from '../../../shared/profile.ts'
import type { ProfileField } from '../../../shared/profile.ts'
import type { FileRow } from './read-csv.ts'
import { UnreadableFile } from '../../errors.ts'

/**
 * What a cell says that is no free text: without invisible characters and the spaces around it,
 * and without the ="" by which a spreadsheet leaves it as it is.
 */
const cleanCell = (cell: string) => cell.replaceAll(/\p{Cf}/gu, '').trim().replace(/^="(.*)"$/s, '$1').trim()

/** Clerk's ids, and no more of a text than one could be. */
export const clerkId = /^user_\w{1,100}$/

/** An id has no spaces at all, of which pages like to put in some that do not break. */
export const cleanId = (cell: string) => cleanCell(cell).replaceAll(/[\u00A0\u202F]/g, '')

/** What people and programs write for nothing. */
const nothing = new Set(['', 'null', '\\n', 'n/a', '#n/a', 'none', '-', '–', '—'])
const isNothing = (clean: string) => nothing.has(clean.toLowerCase())

/** In a text, only what programs alone write: people mean their words. The export guards such a text. */
const isNothingAsText = (cell: string) => ['', 'NULL', '\\N'].includes(cell.trim())

function isDate(column: ImportColumn): column is ProfileField {
  return column !== '' && column !== 'clerk_id' && metaOf(column).input === 'date'
}

export interface PieceTally extends DateTally {
  /** Those that fit any format. */
  readable: number
}

/** Which formats the dates of some rows fit. */
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
  ymd: 'year, month, day', dmy: 'day, month, year', mdy: 'month, day, year', serial: 'a spreadsheet\'s number',
}

/** @throws UnreadableFile where dates are not all year, month and day: what they are is said, never guessed */
export function requireFormat({ fits, readable, example }: PieceTally): void {
  if (fits.ymd === readable) return
  const choices = leadingFormats(fits).map(format => `date_format=${format} (${names[format]})`)
  const problem = `The dates, such as ${example}, do not all start with the year`
  throw new UnreadableFile(`${problem}. Name how they are written: ${choices.join(' or ')}`)
}

/** Why a date is not taken that is not written in the format. */
const dateReason = (format: DateFormat) => `Enter a date that exists, as ${names[format]}`

/** How cells are read. */
export type Reading = Pick<FileLayout, 'format'> & { date_format: DateFormat }

/** @returns neither a value nor a message for a cell that says nothing */
export function checkCell(field: ProfileField, cell: string, reading: Reading): { value?: unknown, message?: string } {
  const { format, date_format } = reading
  const { input } = metaOf(field)
  if (cell.trim() === '' || (input === 'text' && format === 'csv' && isNothingAsText(cell))) return {}
  const clean = cleanCell(cell)
  const result = profileFields.shape[field].safeParse(valueOf(field, cell, reading))
  if (result.success) return { value: result.data }
  // A value of the field's that is written so counts before.
  if (input !== 'text' && isNothing(clean)) return {}
  const isUnread = input === 'date' && date_format !== 'ymd' && readDate(clean, date_format) === undefined
  return { message: isUnread ? dateReason(date_format) : result.error.issues[0]!.message }
}

/** What a cell says, in the form that it is stored in; undefined for a date that is written in another format. */
function valueOf(field: ProfileField, cell: string, { format, date_format }: Reading): string | undefined {
  const { input } = metaOf(field)
  // The spaces in a text's quotes are its own; and in JSON nothing is guarded.
  if (input === 'text') return format === 'csv' ? unguardFormula(cell) : cell
  const text = cleanCell(unguardFormula(cell))
  if (input === 'date') return readDate(text, date_format)
  return (input === 'country' && findCountry(text)) || text
}

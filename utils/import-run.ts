import { dateFormats, isAmbiguous, leadingFormats } from '#shared/date-formats'
import type { DateFits, DateFormat } from '#shared/date-formats'
import type { Encoding } from '#shared/file-kind'
import type { DateTally, FileLayout, ImportAnswer } from '#shared/import'

/** How far a pass over a file has come. */
export interface ImportRun extends FileLayout {
  /** A check: nothing is written. */
  dryRun: boolean
  create: boolean
  /** Bytes of the file that are done. */
  offset: number
  /** The line that comes next. */
  line: number
  ignored: string[]
  rows: number
  valid: number
  changed: number
  invalid: number
  dates: DateTally
  /** What dates are to be read by; undefined while a check finds out. */
  dateFormat?: DateFormat
  /** What they were read by, in any piece. */
  readBy: DateFormat[]
  /** Cells that show whether the encoding is right. */
  samples: string[]
}

const mostSamples = 5

type Choices = Pick<ImportRun, 'dryRun' | 'create' | 'dateFormat'> & { encoding?: Encoding }

export const newRun = (choices: Choices): ImportRun => ({
  ...choices, format: 'csv', columns: [], delimiter: ',', encoding: choices.encoding ?? 'utf-8',
  offset: 0, line: 1, ignored: [], rows: 0, valid: 0, changed: 0, invalid: 0,
  dates: { cells: 0, fits: { ymd: 0, dmy: 0, mdy: 0, serial: 0 }, example: null }, readBy: [], samples: [],
})

/** The query by which the next piece is sent. */
export function queryOf(run: ImportRun, last: boolean) {
  const { format, columns, delimiter } = run
  return {
    dry_run: run.dryRun, create: run.create, line: run.line, last, encoding: run.encoding, date_format: run.dateFormat,
    ...run.offset > 0 && { format, columns: columns.join(), delimiter: delimiter ?? undefined },
  }
}

/** Takes in what a piece was answered with. */
export function addAnswer(run: ImportRun, answer: ImportAnswer): void {
  if (run.offset === 0) {
    const { format, columns, delimiter, ignored_columns: ignored } = answer
    Object.assign(run, { format, columns, delimiter, ignored })
  }
  run.offset += answer.bytes
  run.line = answer.next_line
  run.rows += answer.rows
  run.valid += answer.valid
  run.changed += answer.changed
  run.invalid += answer.invalid.length
  run.samples = [...new Set([...run.samples, ...answer.samples])].slice(0, mostSamples)
  if (answer.dates.cells === 0) return
  run.dates = addDates(run.dates, answer.dates)
  run.readBy = [...new Set([...run.readBy, answer.date_format])]
}

function addDates(sum: DateTally, { cells, fits, example }: DateTally): DateTally {
  const isClearer = sum.example === null || (example !== null && isAmbiguous(example) && !isAmbiguous(sum.example))
  return {
    cells: sum.cells + cells,
    fits: Object.fromEntries(dateFormats.map(format => [format, sum.fits[format] + fits[format]])) as DateFits,
    example: isClearer ? example : sum.example,
  }
}

/** What the dates of a whole file are read by, and whether somebody has to say so first. */
export function dateFormatOf({ cells, fits, example }: DateTally): { format?: DateFormat, isAsked: boolean } {
  const leading = leadingFormats(fits)
  const [format] = leading
  if (!format || leading.length === 1) return { format, isAsked: false }
  // Where every day is also its month, both say the same.
  return { format, isAsked: fits[format] < cells || isAmbiguous(example ?? '', leading) }
}

import { dateFormats, isAmbiguous, leadingFormats } from '#shared/date-formats'
import type { DateFits, DateFormat } from '#shared/date-formats'
import type { Encoding } from '#shared/file-kind'
import type { DateTally, FileLayout, ImportAnswer } from '#shared/answers'

/** The progress of one pass over a file. */
export interface ImportRun extends FileLayout {
  /** A check, which writes nothing. */
  dryRun: boolean
  create: boolean
  /** Bytes of the file that the server has processed. */
  offset: number
  /** The next line. */
  line: number
  ignored: string[]
  rows: number
  valid: number
  changed: number
  invalid: number
  dates: DateTally
  /** The format to read dates by. Undefined while a check detects it. */
  dateFormat?: DateFormat
  /** The formats that pieces were read by. */
  readBy: DateFormat[]
  /** Cells that let the admin verify the encoding. */
  samples: string[]
}

const mostSamples = 5

type Choices = Pick<ImportRun, 'dryRun' | 'create' | 'dateFormat'> & { encoding?: Encoding }

export const newRun = (choices: Choices): ImportRun => ({
  ...choices,
  format: 'csv',
  columns: [],
  delimiter: ',',
  encoding: choices.encoding ?? 'utf-8',
  offset: 0,
  line: 1,
  ignored: [],
  rows: 0,
  valid: 0,
  changed: 0,
  invalid: 0,
  dates: { cells: 0, fits: { ymd: 0, dmy: 0, mdy: 0, serial: 0 }, example: null },
  readBy: [],
  samples: [],
})

/** The query of the request for the next piece. */
export function queryOf(run: ImportRun, last: boolean) {
  const { format, columns, delimiter } = run
  return {
    dry_run: run.dryRun,
    create: run.create,
    line: run.line,
    last,
    encoding: run.encoding,
    date_format: run.dateFormat,
    ...run.offset > 0 && { format, columns: columns.join(), delimiter: delimiter ?? undefined },
  }
}

/** Adds the answer for a piece to the run. */
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

function addFits(a: DateFits, b: DateFits): DateFits {
  return Object.fromEntries(dateFormats.map(format => [format, a[format] + b[format]])) as DateFits
}

function addDates(sum: DateTally, { cells, fits, example }: DateTally): DateTally {
  const isClearer = sum.example === null || (example !== null && isAmbiguous(example) && !isAmbiguous(sum.example))
  return {
    cells: sum.cells + cells,
    fits: addFits(sum.fits, fits),
    example: isClearer ? example : sum.example,
  }
}

/** The format that fits the dates of a whole file best, and whether the admin has to confirm it. */
export function dateFormatOf({ cells, fits, example }: DateTally): { format?: DateFormat, isAsked: boolean } {
  const leading = leadingFormats(fits)
  const [format] = leading
  if (!format || leading.length === 1) return { format, isAsked: false }
  // If day and month of each date are equal, all leading formats read the same dates.
  return { format, isAsked: fits[format] < cells || isAmbiguous(example ?? '', leading) }
}

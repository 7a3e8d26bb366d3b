import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import { delimiters, importColumns, maxPieceBytes } from '../../shared/import.ts'
import type { Delimiter, ImportColumn } from '../../shared/import.ts'
import { fieldNames } from '../../shared/profile.ts'

/** The file cannot be read on; the message says why. */
export class UnreadableFile extends Error {}

/** A row as it is in the file; with a reason, one that cannot be read. */
export interface CsvRow {
  /** The line that it starts at. */
  line: number
  cells: string[]
  reason?: string
}

interface Piece {
  delimiter: Delimiter
  /** The file's line that the piece starts at. */
  line: number
  /** Nothing comes after it. */
  isLast: boolean
  maxRows: number
}

const options = (delimiter: Delimiter) => ({
  delimiter,
  // All three, the longest first: a file may have been put together from several.
  record_delimiter: ['\r\n', '\n', '\r'],
  // Around cells, not inside quotes.
  trim: true,
  relax_column_count: true,
})

const reasons: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'Something follows a closing quote. A quote inside of quotes is written twice',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'Something follows a closing quote. A quote inside of quotes is written twice',
  INVALID_OPENING_QUOTE: 'A quote stands inside of a cell that does not start with one',
}

/**
 * The whole rows of a piece of a CSV file, without empty ones. After a row whose quotes are wrong the next line
 * is taken for a new row, so that it takes no other row with it.
 * @returns the rows, the bytes that they take, and the line that follows
 * @throws UnreadableFile for what is no UTF-8, and for a line that is longer than a piece
 */
export function readRows(piece: Buffer, { delimiter, line, isLast, maxRows }: Piece): { rows: CsvRow[], bytes: number, nextLine: number } {
  const rows: CsvRow[] = []
  const isFull = piece.length >= maxPieceBytes
  // What follows the last line break is not whole: not even its characters.
  const whole = isLast ? piece : piece.subarray(0, endOfLines(piece))
  if (whole.length === 0 && isFull) throw new UnreadableFile(`Line ${line} is longer than 1 MiB: this cannot be a CSV file of profiles`)
  let done = 0

  /** Takes what is up to there for a row. */
  function take(end: number, cells: string[], reason?: string): undefined {
    const text = whole.subarray(done, end)
    if (!isUtf8(text)) throw new UnreadableFile(`Line ${line} is not UTF-8. Save the file as "CSV UTF-8"`)
    if (reason || cells.some(cell => cell.trim() !== '')) rows.push({ line, cells, reason })
    line += countLines(text)
    done = end
  }

  while (done < whole.length && rows.length < maxRows) {
    const start = done
    try {
      parse(whole.subarray(start), {
        ...options(delimiter),
        to: maxRows - rows.length,
        on_record: (cells: string[], { bytes }) => take(start + bytes, cells),
      })
      // Spaces at the end of the file are no row.
      if (done === start) take(whole.length, [])
    }
    catch (error) {
      if (!(error instanceof CsvError)) throw error
      // It may be closed in what follows, unless this piece has as much of the row as there can be.
      if (error.code === 'CSV_QUOTE_NOT_CLOSED' && !isLast && !(isFull && done === 0)) break
      take(endOfLine(whole, done), [], reasons[error.code] ?? error.message)
    }
  }
  return { rows, bytes: done, nextLine: line }
}

/** The delimiter of a file that starts so: the one by which its header names clerk_id. */
export function findDelimiter(piece: Buffer): Delimiter {
  return delimiters.find((delimiter) => {
    try {
      const [cells = []] = parse(piece, { ...options(delimiter), to: 1, skip_records_with_empty_values: true }) as string[][]
      return cells.map(toName).includes('clerk_id')
    }
    catch {
      return false
    }
  }) ?? ','
}

/**
 * What the columns of a file are.
 * @throws UnreadableFile where clerk_id or every field is missing, or one is there twice
 */
export function readHeader(cells: string[]): { columns: ImportColumn[], ignored: string[] } {
  const columns = cells.map(cell => importColumns.find(column => column === toName(cell)) ?? '')
  const used = columns.filter(Boolean)
  if (!used.includes('clerk_id') || used.length < 2) {
    throw new UnreadableFile(`The first line must name the columns: clerk_id, and at least one of ${fieldNames.join(', ')}`)
  }
  const twice = used.find((column, index) => used.indexOf(column) !== index)
  if (twice) throw new UnreadableFile(`The column ${twice} is there twice`)
  return { columns, ignored: cells.filter((_, index) => columns[index] === '') }
}

const toName = (cell: string) => cell.trim().toLowerCase()

const lf = 10
const cr = 13

/** Where the last line ends that is surely whole: a '\r' at the very end may be half of a line break. */
function endOfLines(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(lf), bytes.subarray(0, -1).lastIndexOf(cr)) + 1
}

/** Where the line ends that starts there, its line break with it. */
function endOfLine(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] === lf) return at + 1
    if (bytes[at] === cr) return bytes[at + 1] === lf ? at + 2 : at + 1
  }
  return bytes.length
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] !== lf)) count++
  }
  return count
}

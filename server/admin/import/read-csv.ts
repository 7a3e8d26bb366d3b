import { CsvError, parse } from 'csv-parse/sync'
import { unwrapCells } from './unwrap-cells.ts'
import { countLines, endOfLine, requireUtf8, wholeLines, withPadding } from './text-lines.ts'
import type { PieceOptions } from './text-lines.ts'

/** A row as it is in the file; with a reason, one that cannot be read. */
export interface FileRow {
  /** The line that it starts at. */
  line: number
  cells: string[]
  reason?: string
}

/** Rows, the bytes that they take, and the line that follows. */
export interface ReadRows {
  rows: FileRow[]
  bytes: number
  nextLine: number
}

export const csvOptions = (delimiter: string) => ({
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
 * @param piece  in UTF-8
 * @throws UnreadableFile for what is no UTF-8, and for a line that is longer than a piece
 */
export function readRows(piece: Buffer, { delimiter, ...options }: PieceOptions & { delimiter: string }): ReadRows {
  const { isLast, isFull, maxRows } = options
  const rows: FileRow[] = []
  const source = wholeLines(piece, options)
  let whole = source
  let { line } = options
  let done = 0

  /** Takes what is up to there for a row. */
  function take(end: number, cells: string[], reason?: string): undefined {
    const text = whole.subarray(done, end)
    requireUtf8(text, line)
    if (reason || cells.some(cell => cell.trim() !== '')) rows.push({ line, cells, reason })
    line += countLines(text)
    done = end
  }

  while (done < whole.length && rows.length < maxRows) {
    const start = done
    try {
      parse(whole.subarray(start), {
        ...csvOptions(delimiter),
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
      const unwrapped = error.code === 'INVALID_OPENING_QUOTE' && unwrapCells(whole, done, delimiter)
      if (unwrapped) {
        whole = unwrapped
        continue
      }
      take(endOfLine(whole, done), [], reasons[error.code] ?? error.message)
      // What was unwrapped behind it may have been so by the quotes that were wrong.
      whole = source
    }
  }
  return { rows, bytes: withPadding(piece, done), nextLine: line }
}

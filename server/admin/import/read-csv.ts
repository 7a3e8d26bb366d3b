import { CsvError, parse } from 'csv-parse/sync'
import type { Issue } from '../../../shared/issues.ts'
import { rowIssue } from './row-issue.ts'
import { unwrapCells } from './unwrap-cells.ts'
import { countLines, endOfLine, requireUtf8, wholeLines, withPadding } from './text-lines.ts'
import type { PieceOptions } from './text-lines.ts'

/** A row of the file. */
export interface FileRow {
  /** The line at which it starts. */
  line: number
  cells: string[]
  /** Why the row cannot be read, if so. */
  issue?: Issue
}

/** Rows, their length in bytes, and the line that follows them. */
export interface ReadRows {
  rows: FileRow[]
  bytes: number
  nextLine: number
}

export const csvOptions = (delimiter: string) => ({
  delimiter,
  // All three, longest first: a file may be a concatenation of several.
  record_delimiter: ['\r\n', '\n', '\r'],
  // Trims spaces around cells, not those inside quotes.
  trim: true,
  relax_column_count: true,
})

const afterQuote = rowIssue(
  'text_after_quote',
  'There is text after a closing quote. Inside a quoted cell, write each quote twice',
)
const issues: Record<string, Issue> = {
  CSV_QUOTE_NOT_CLOSED: rowIssue('quote_not_closed', 'A quoted cell has no closing quote. Add it'),
  CSV_INVALID_CLOSING_QUOTE: afterQuote,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: afterQuote,
  INVALID_OPENING_QUOTE: rowIssue(
    'quote_inside_cell',
    'There is a quote inside an unquoted cell. Put the cell in quotes, and write its quotes twice',
  ),
}

/**
 * Reads the complete rows in a piece of a CSV file, without empty rows. After a row with wrong quotes, it continues
 * with the next line, so that one bad row does not invalidate others.
 * @param piece  in UTF-8
 * @throws UnreadableFile if it is not UTF-8, or a line is longer than a piece
 */
export function readRows(piece: Buffer, { delimiter, ...options }: PieceOptions & { delimiter: string }): ReadRows {
  const { isLast, isFull, maxRows } = options
  const rows: FileRow[] = []
  const source = wholeLines(piece, options)
  let whole = source
  let { line } = options
  let done = 0

  /** Adds the bytes up to `end` as a row. */
  function take(end: number, cells: string[], issue?: Issue): undefined {
    const text = whole.subarray(done, end)
    requireUtf8(text, line)
    if (issue || cells.some(cell => cell.trim() !== '')) rows.push({ line, cells, issue })
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
      // Only spaces are left at the end of the file.
      if (done === start) take(whole.length, [])
    }
    catch (error) {
      if (!(error instanceof CsvError)) throw error
      // The closing quote may be in the next piece, unless the row is already as long as a piece can be.
      if (error.code === 'CSV_QUOTE_NOT_CLOSED' && !isLast && !(isFull && done === 0)) break
      const unwrapped = error.code === 'INVALID_OPENING_QUOTE' && unwrapCells(whole, done, delimiter)
      if (unwrapped) {
        whole = unwrapped
        continue
      }
      take(endOfLine(whole, done), [], issues[error.code] ?? rowIssue('row_unreadable', error.message))
      // Wrong quotes may have led to wrong unwrapping further on, so start again from the source.
      whole = source
    }
  }
  return { rows, bytes: withPadding(piece, done), nextLine: line }
}

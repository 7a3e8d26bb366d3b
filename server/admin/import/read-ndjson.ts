import { importColumns } from '../../../shared/import.ts'
import type { FileRow, ReadRows } from './read-csv.ts'
import { findColumns } from './read-header.ts'
import { rowIssue } from './row-issue.ts'
import { endOfLine, requireUtf8, wholeLines, withPadding } from './text-lines.ts'
import type { PieceOptions } from './text-lines.ts'
import { UnreadableFile } from '../../errors.ts'

/** The columns of the cells in a row. */
export const objectColumns = importColumns.filter(Boolean)

/**
 * Reads the complete lines in a piece of an NDJSON file, without empty lines. Each line is an object, whose keys are
 * matched to columns by name.
 * @param piece  in UTF-8
 * @throws UnreadableFile if it is not UTF-8, or a line is longer than a piece
 */
export function readObjects(piece: Buffer, options: PieceOptions): ReadRows {
  const rows: FileRow[] = []
  const whole = wholeLines(piece, options)
  let { line } = options
  let done = 0
  while (done < whole.length && rows.length < options.maxRows) {
    const next = endOfLine(whole, done)
    const bytes = whole.subarray(done, next)
    requireUtf8(bytes, line)
    const text = bytes.toString().trim()
    if (text !== '') rows.push({ line, ...readObject(text) })
    line++
    done = next
  }
  return { rows, bytes: withPadding(piece, done), nextLine: line }
}

/**
 * The keys of the first object in a file.
 * @throws UnreadableFile if the file does not start with an object
 */
export function namesOf(piece: Buffer): string[] {
  const start = piece.findIndex(byte => byte > 0x20)
  const object = parseObject(piece.toString('utf8', start, endOfLine(piece, start)))
  if (!object) {
    const message
      = 'The first line is not a complete JSON object. Write one object per line (NDJSON), as jq -c does'
    throw new UnreadableFile('file_json_incomplete', message)
  }
  return Object.keys(object)
}

function readObject(text: string): Pick<FileRow, 'cells' | 'issue'> {
  const object = parseObject(text)
  if (!object) return { cells: [], issue: rowIssue('object_invalid', 'The line is not a JSON object') }
  const names = Object.keys(object)
  try {
    const columns = findColumns(names)
    const values = objectColumns.map((column) => {
      const name = names[columns.indexOf(column)]
      // Like an empty cell, null does not change the field.
      return (name === undefined ? undefined : object[name]) ?? ''
    })
    const odd = objectColumns.find((_, index) => !['string', 'number'].includes(typeof values[index]))
    const issue = odd ? rowIssue('value_type', 'Give a string or a number', { path: odd }) : undefined
    return { cells: values.map(String), issue }
  }
  catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return { cells: [], issue: rowIssue('names_ambiguous', error.message) }
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? value as Record<string, unknown> : undefined
  }
  catch {
    return undefined
  }
}

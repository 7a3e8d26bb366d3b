import { importColumns } from '../../../shared/import.ts'
import type { FileRow, ReadRows } from './read-csv.ts'
import { findColumns } from './read-header.ts'
import { endOfLine, requireUtf8, wholeLines, withPadding } from './text-lines.ts'
import type { PieceOptions } from './text-lines.ts'
import { UnreadableFile } from '../../errors.ts'

/** What the cells of a row are. */
export const objectColumns = importColumns.filter(Boolean)

/**
 * The whole lines of a piece of an NDJSON file, without empty ones: an object each, whose cells are taken by name.
 * @param piece  in UTF-8
 * @throws UnreadableFile for what is no UTF-8, and for a line that is longer than a piece
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

/** The names in the object that a file starts with. @throws UnreadableFile where it starts with none */
export function namesOf(piece: Buffer): string[] {
  const start = piece.findIndex(byte => byte > 0x20)
  const object = parseObject(piece.toString('utf8', start, endOfLine(piece, start)))
  if (!object) {
    const help = 'Write one object a line (NDJSON), as jq -c does'
    throw new UnreadableFile(`The first line is not a whole JSON object. ${help}`)
  }
  return Object.keys(object)
}

function readObject(text: string): Pick<FileRow, 'cells' | 'reason'> {
  const object = parseObject(text)
  if (!object) return { cells: [], reason: 'The line is not a JSON object' }
  const names = Object.keys(object)
  try {
    const columns = findColumns(names)
    const values = objectColumns.map((column) => {
      const name = names[columns.indexOf(column)]
      // null leaves the field as it is, like an empty cell.
      return (name === undefined ? undefined : object[name]) ?? ''
    })
    const odd = objectColumns.find((_, index) => !['string', 'number'].includes(typeof values[index]))
    return { cells: values.map(String), reason: odd && `${odd}: Give a text` }
  }
  catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    return { cells: [], reason: error.message }
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

import { isUtf8 } from 'node:buffer'
import { importColumns } from '../../shared/import.ts'
import type { FileRow, PieceOptions, ReadRows } from './read-csv.ts'
import { findColumns } from './read-header.ts'
import { endOfLine, endOfLines, endOfText } from './text-lines.ts'
import { UnreadableFile } from './unreadable-file.ts'

/** What the cells of a row are. */
export const objectColumns = importColumns.filter(Boolean)

/**
 * The whole lines of a piece of an NDJSON file, without empty ones: an object each, of which the cells are taken by name.
 * @param piece  in UTF-8
 * @throws UnreadableFile for what is no UTF-8, and for a line that is longer than a piece
 */
export function readObjects(piece: Buffer, { line, isLast, isFull, maxRows }: PieceOptions): ReadRows {
  const rows: FileRow[] = []
  const end = isLast ? endOfText(piece) : endOfLines(piece)
  if (end === 0 && isFull && endOfText(piece) > 0) throw new UnreadableFile(`Line ${line} is longer than 1 MiB: this cannot be a file of profiles`)
  let done = 0
  while (done < end && rows.length < maxRows) {
    const next = Math.min(endOfLine(piece, done), end)
    const bytes = piece.subarray(done, next)
    if (!isUtf8(bytes)) throw new UnreadableFile(`Line ${line} is not UTF-8. Save the file as UTF-8, or name its encoding`)
    const text = bytes.toString().trim()
    if (text !== '') rows.push({ line, ...readObject(text) })
    line++
    done = next
  }
  if (done === end && endOfText(piece) <= done) done = piece.length
  return { rows, bytes: done, nextLine: line }
}

/** The names in the object that a file starts with. @throws UnreadableFile where it starts with none */
export function namesOf(piece: Buffer): string[] {
  const start = piece.findIndex(byte => byte > 0x20)
  const object = parseObject(piece.toString('utf8', start, endOfLine(piece, start)))
  if (!object) throw new UnreadableFile('The first line is not a whole JSON object. Write one object a line (NDJSON), as jq -c does')
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
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
  }
  catch {
    return undefined
  }
}

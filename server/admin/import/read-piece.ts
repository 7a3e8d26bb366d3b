import { encodingOf, refusalOf, startBytes } from '../../../shared/file-kind.ts'
import type { Encoding } from '../../../shared/file-kind.ts'
import { maxPieceBytes } from '../../../shared/import.ts'
import type { FileLayout } from '../../../shared/answers.ts'
import { toUtf8 } from './decode-text.ts'
import type { ImportQuery } from './import-query.ts'
import { readRows } from './read-csv.ts'
import type { FileRow, ReadRows } from './read-csv.ts'
import { findDelimiter, readAnnouncement, readHeader } from './read-header.ts'
import { namesOf, objectColumns, readObjects } from './read-ndjson.ts'
import { endOfText } from './text-lines.ts'
import type { PieceOptions } from './text-lines.ts'
import { UnreadableFile } from '../../errors.ts'

/**
 * The maximum number of rows per request, so that it finishes in time and takes little memory. The client sends the
 * rest again.
 */
const maxRows = 1_000

export interface FilePiece {
  layout: FileLayout
  /** The names of the ignored columns. */
  ignored: string[]
  rows: FileRow[]
  /** The length of the rows in bytes, in the file's encoding. */
  bytes: number
  nextLine: number
}

/**
 * Reads the rows in a piece of a CSV or NDJSON file. The layout is detected in the first piece; for later pieces the
 * query contains it.
 * @throws UnreadableFile if it is not such a file
 */
export function readPiece(piece: Buffer, { columns, delimiter, format, encoding, line, last }: ImportQuery): FilePiece {
  const isFirst = !columns
  const read = { line, isLast: last, isFull: piece.length >= maxPieceBytes, maxRows }
  const detected = isFirst ? encodingOf(piece) : undefined
  const layout = { format: format ?? 'csv', encoding: encoding ?? detected ?? 'utf-8' }
  if (isFirst) refuse(piece, layout.encoding, last)
  const { text, sourceBytes } = toUtf8(piece, layout.encoding, line, last)
  const { bytes, ...found } = isFirst
    ? readStart(text, layout, read)
    : readOn(text, { ...layout, columns, delimiter: layout.format === 'csv' ? delimiter ?? ',' : null }, read)
  return { ...found, bytes: sourceBytes(bytes) }
}

function refuse(piece: Buffer, encoding: Encoding, isLast: boolean): void {
  const refusal = refusalOf(piece.subarray(0, startBytes), encoding, isLast && piece.length <= startBytes)
  if (refusal) throw new UnreadableFile(refusal.code, refusal.message)
}

function readOn(text: Buffer, layout: FileLayout, options: PieceOptions): FilePiece {
  const { delimiter } = layout
  const read = delimiter === null ? readObjects(text, options) : readRows(text, { ...options, delimiter })
  return { layout, ignored: [], ...read }
}

const bom = Buffer.from('\uFEFF')

function readStart(text: Buffer, { encoding }: { encoding: Encoding }, options: PieceOptions): FilePiece {
  const start = text.subarray(0, bom.length).equals(bom) ? bom.length : 0
  const file = text.subarray(start)
  const isObjects = /^\s*\{/.test(file.toString('latin1', 0, 100))
  const found = isObjects ? readFirstObjects(file, encoding, options) : readFirstRows(file, encoding, options)
  return { ...found, bytes: found.bytes && start + found.bytes }
}

function readFirstObjects(file: Buffer, encoding: Encoding, options: PieceOptions): FilePiece {
  const read = readObjects(file, options)
  const layout = { format: 'ndjson' as const, encoding, columns: objectColumns, delimiter: null }
  if (read.rows.length === 0) return { layout: { ...layout, columns: [] }, ignored: [], ...read }
  const { ignored } = readHeader(namesOf(file.subarray(0, endOfText(file))))
  return { layout, ignored, ...read }
}

function readFirstRows(file: Buffer, encoding: Encoding, options: PieceOptions): FilePiece {
  const announced = readAnnouncement(file)
  const skipped = announced?.bytes ?? 0
  const rest = file.subarray(skipped)
  const delimiter = announced?.delimiter ?? findDelimiter(rest)
  const read: ReadRows = readRows(rest, { ...options, delimiter, line: options.line + (announced ? 1 : 0) })
  const [header, ...rows] = read.rows
  const layout = { format: 'csv' as const, encoding, columns: [], delimiter }
  if (!header && !options.isLast) return { layout, ignored: [], rows, bytes: 0, nextLine: options.line }
  const { columns, ignored } = readHeader(header?.cells ?? [])
  return { layout: { ...layout, columns }, ignored, rows, bytes: skipped + read.bytes, nextLine: read.nextLine }
}

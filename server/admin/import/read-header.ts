import { parse } from 'csv-parse/sync'
import { delimiter, delimiters, importColumns } from '../../../shared/import.ts'
import type { ImportColumn } from '../../../shared/import.ts'
import { fieldNames } from '../../../shared/profile.ts'
import { csvOptions } from './read-csv.ts'
import { UnreadableFile } from '../../errors.ts'

/** Column names are compared without case, spaces, underscores, hyphens and invisible characters. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_\-\p{Cf}]/gu, '')

const columnsByName = new Map(importColumns.filter(Boolean).map(column => [plain(column), column]))
// Clerk's dashboard exports the id as `id`.
for (const name of ['id', 'userid', 'clerkuserid']) columnsByName.set(name, 'clerk_id')

/**
 * Recognizes the columns of a file by name. If several could be the id, the one named clerk_id is used.
 * @throws UnreadableFile if a column appears twice, or several could be the id and none is named clerk_id
 */
export function findColumns(names: string[]): ImportColumn[] {
  const columns = names.map(name => columnsByName.get(plain(name)) ?? '')
  const ids = names.filter((_, index) => columns[index] === 'clerk_id')
  const exact = ids.filter(isExact)
  if (ids.length > 1 && exact.length === 0) {
    const trimmed = ids.map(name => name.trim())
    const message = `The columns ${trimmed.join(' and ')} could each be the Clerk id. Rename the right one to clerk_id`
    throw new UnreadableFile('file_ids_ambiguous', message, { columns: trimmed.join(', ') })
  }
  const chosen = columns.map((column, index) => {
    return column === 'clerk_id' && ids.length > 1 && !isExact(names[index]!) ? '' : column
  })
  const twice = chosen.find((column, index) => column && chosen.indexOf(column) !== index)
  if (twice) throw new UnreadableFile('file_column_twice', `The column ${twice} appears twice`, { column: twice })
  return chosen
}

const isExact = (name: string) => name.replaceAll(/\p{Cf}/gu, '').trim().toLowerCase() === 'clerk_id'

/**
 * Recognizes the columns of a file from its header.
 * @throws UnreadableFile if the id is missing, or a column appears twice
 */
export function readHeader(names: string[]): { columns: ImportColumn[], ignored: string[] } {
  const columns = findColumns(names)
  if (!columns.includes('clerk_id')) {
    const fields = fieldNames.join(', ')
    const message = `The first line must name the columns: clerk_id (or id, user_id), and any of ${fields}`
    throw new UnreadableFile('file_header_missing', message, { fields })
  }
  return { columns, ignored: names.filter((_, index) => columns[index] === '') }
}

/** Detects the delimiter of a file: the one with which its header contains the id column. */
export function findDelimiter(piece: Buffer): string {
  return delimiters.find((delimiter) => {
    try {
      const options = { ...csvOptions(delimiter), to: 1, skip_records_with_empty_values: true }
      const [cells = []] = parse(piece, options) as string[][]
      return cells.some(cell => columnsByName.get(plain(cell)) === 'clerk_id')
    }
    catch {
      return false
    }
  }) ?? ','
}

/** The first line with which a file tells Excel its delimiter. */
const announcement = new RegExp(`^"?sep=(${delimiter.source})"?(?:\\r\\n|\\n|\\r|$)`, 'i')

/** @returns the delimiter that a `sep=` line sets and the length of that line in bytes; undefined without one */
export function readAnnouncement(piece: Buffer): { delimiter: string, bytes: number } | undefined {
  const [line, delimiter] = announcement.exec(piece.toString('latin1', 0, 10)) ?? []
  return line && delimiter ? { delimiter, bytes: line.length } : undefined
}

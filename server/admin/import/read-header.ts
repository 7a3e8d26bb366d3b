import { parse } from 'csv-parse/sync'
import { delimiter, delimiters, importColumns } from '../../../shared/import.ts'
import type { ImportColumn } from '../../../shared/import.ts'
import { fieldNames } from '../../../shared/profile.ts'
import { csvOptions } from './read-csv.ts'
import { UnreadableFile } from '../../errors.ts'

/** No case, space, underscore, hyphen or invisible character tells two names apart. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_\-\p{Cf}]/gu, '')

const columnsByName = new Map(importColumns.filter(Boolean).map(column => [plain(column), column]))
/** `id` in what Clerk's dashboard exports. */
for (const name of ['id', 'userid', 'clerkuserid']) columnsByName.set(name, 'clerk_id')

/**
 * What the columns of a file are, by their names. Of several that may be the id, the one that is named clerk_id.
 * @throws UnreadableFile where a column is there twice, or nothing says which of them is the id
 */
export function findColumns(names: string[]): ImportColumn[] {
  const columns = names.map(name => columnsByName.get(plain(name)) ?? '')
  const ids = names.filter((_, index) => columns[index] === 'clerk_id')
  const exact = ids.filter(isExact)
  if (ids.length > 1 && exact.length === 0) {
    const list = ids.map(name => name.trim()).join(' and ')
    throw new UnreadableFile(`The columns ${list} may each be the id of Clerk's. Name the right one clerk_id`)
  }
  const chosen = columns.map((column, index) => {
    return column === 'clerk_id' && ids.length > 1 && !isExact(names[index]!) ? '' : column
  })
  const twice = chosen.find((column, index) => column && chosen.indexOf(column) !== index)
  if (twice) throw new UnreadableFile(`The column ${twice} is there twice`)
  return chosen
}

const isExact = (name: string) => name.replaceAll(/\p{Cf}/gu, '').trim().toLowerCase() === 'clerk_id'

/**
 * What the columns of a file are, by its header.
 * @throws UnreadableFile where the id is missing, or a column is there twice
 */
export function readHeader(names: string[]): { columns: ImportColumn[], ignored: string[] } {
  const columns = findColumns(names)
  if (!columns.includes('clerk_id')) {
    const list = `clerk_id (or id, user_id), and any of ${fieldNames.join(', ')}`
    throw new UnreadableFile(`The first line must name the columns: ${list}`)
  }
  return { columns, ignored: names.filter((_, index) => columns[index] === '') }
}

/** The delimiter of a file that starts so: the one by which its header names the id. */
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

/** A first line by which a file names its delimiter to Excel. */
const announcement = new RegExp(`^"?sep=(${delimiter.source})"?(?:\\r\\n|\\n|\\r|$)`, 'i')

/** @returns the delimiter that the first line names, if it does, and the bytes that this takes */
export function readAnnouncement(piece: Buffer): { delimiter: string, bytes: number } | undefined {
  const [line, delimiter] = announcement.exec(piece.toString('latin1', 0, 10)) ?? []
  return line && delimiter ? { delimiter, bytes: line.length } : undefined
}

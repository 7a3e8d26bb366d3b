import { fieldNames } from './profile.ts'
import type { ProfileField } from './profile.ts'

/** A piece of a file that is imported has at most so many bytes: no row is longer. */
export const maxPieceBytes = 1024 * 1024

export const delimiters = [',', ';', '\t'] as const
export type Delimiter = typeof delimiters[number]

/** What a column of the file is; '' where it is ignored. */
export type ImportColumn = 'clerk_id' | ProfileField | ''
export const importColumns: ImportColumn[] = ['clerk_id', ...fieldNames, '']

export interface BadRow {
  /** The line of the file that the row starts at, from 1. */
  line: number
  /** Null where the row does not say. */
  clerk_id: string | null
  reason: string
}

/** The answer of POST /api/admin/import. All counts are of this piece alone. */
export interface ImportAnswer {
  /** In the file's order, for the pieces after the first; empty while the header line is not whole. */
  columns: ImportColumn[]
  /** The names of the columns that are ignored; of the first piece alone. */
  ignored_columns: string[]
  delimiter: Delimiter
  /** So many bytes are done, whole rows: the next piece starts there. 0: not one row is whole, a longer piece is needed. */
  bytes: number
  /** The line of the file that the next piece starts at. */
  next_line: number
  /** All rows but the header and empty ones: `valid` and `invalid` together. */
  rows: number
  valid: number
  /** Profiles that hold other values now, or would; several rows of one user count once. */
  changed: number
  invalid: BadRow[]
}

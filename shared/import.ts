import type { DateFits, DateFormat } from './date-formats.ts'
import type { Encoding } from './file-kind.ts'
import { fieldNames } from './profile.ts'
import type { ProfileField } from './profile.ts'

/** A piece of a file that is imported has at most so many bytes: no row is longer. */
export const maxPieceBytes = 1024 * 1024

/** Those that are looked for; a file's first line `sep=…` may name another. */
export const delimiters = [',', ';', '\t', '|'] as const
/** A tab, or a sign that is no part of an id. */
export const delimiter = /[\t!#-/:-@[-^`{-~]/

export const importFormats = ['csv', 'ndjson'] as const

/** What a column of the file is; '' where it is ignored. */
export type ImportColumn = 'clerk_id' | ProfileField | ''
export const importColumns: ImportColumn[] = ['clerk_id', ...fieldNames, '']

/** How a file is read: found in its first piece, and named with those after it. */
export interface FileLayout {
  format: typeof importFormats[number]
  encoding: Encoding
  /** In the file's order; empty while the header line is not whole. */
  columns: ImportColumn[]
  /** One character; null in NDJSON. */
  delimiter: string | null
}

export interface BadRow {
  /** The line of the file that the row starts at, from 1. */
  line: number
  /** Null where the row does not say. */
  clerk_id: string | null
  reason: string
}

/** The dates of a piece of a file, or of all of them. */
export interface DateTally {
  /** Those that say something. */
  cells: number
  fits: DateFits
  /** One of them, where there is any one that reads as two days; null without dates. */
  example: string | null
}

/** The answer of POST /api/admin/import. All counts are of this piece alone. */
export interface ImportAnswer extends FileLayout {
  /** The names of the columns that are ignored; of the first piece alone. */
  ignored_columns: string[]
  /** Bytes that are done, whole rows: the next piece starts there. 0: no row is whole, a longer piece is needed. */
  bytes: number
  /** The line of the file that the next piece starts at. */
  next_line: number
  /** All rows but the header and empty ones: `valid` and `invalid` together. */
  rows: number
  valid: number
  /** Profiles that hold other values now, or would; several rows of one user count once. */
  changed: number
  invalid: BadRow[]
  dates: DateTally
  /** What this answer read the dates by: the format that was named, else the one that the most of them fit. */
  date_format: DateFormat
  /** Cells with letters beyond ASCII, a few, to be looked at; only of Windows-1252, which any bytes could be. */
  samples: string[]
}

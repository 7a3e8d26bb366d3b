import type { DateFits, DateFormat } from './date-formats.ts'
import type { Encoding } from './file-kind.ts'
import { fieldNames } from './profile.ts'
import type { ProfileField } from './profile.ts'

/** The maximum size of a piece of an imported file, and so of a row, in bytes. */
export const maxPieceBytes = 1024 * 1024

/** The delimiters that the import detects. The first line of a file may set another one with `sep=…`. */
export const delimiters = [',', ';', '\t', '|'] as const
/** A tab, or a symbol that ids do not contain. */
export const delimiter = /[\t!#-/:-@[-^`{-~]/

export const importFormats = ['csv', 'ndjson'] as const

/** The meaning of a column of the file; '' if it is ignored. */
export type ImportColumn = 'clerk_id' | ProfileField | ''
export const importColumns: ImportColumn[] = ['clerk_id', ...fieldNames, '']

/** How to read a file. The server detects it in the first piece; the client sends it back with the later ones. */
export interface FileLayout {
  format: typeof importFormats[number]
  encoding: Encoding
  /** In the file's order; empty if the piece does not contain the whole header line. */
  columns: ImportColumn[]
  /** One character; null for NDJSON. */
  delimiter: string | null
}

export interface BadRow {
  /** The line of the file at which the row starts, from 1. */
  line: number
  /** Null if the row has none. */
  clerk_id: string | null
  reason: string
}

/** The dates of one or more pieces of a file. */
export interface DateTally {
  /** The number of date cells that are not empty. */
  cells: number
  fits: DateFits
  /** A date of the file, an ambiguous one if there is one; null without dates. */
  example: string | null
}

/** The response of POST /api/admin/import. All counts are for this piece only. */
export interface ImportAnswer extends FileLayout {
  /** The names of the ignored columns, in the response to the first piece only. */
  ignored_columns: string[]
  /** The bytes of the complete rows. The next piece starts after them; 0 means that the piece was too short. */
  bytes: number
  /** The line of the file at which the next piece starts. */
  next_line: number
  /** The valid and the invalid rows, without the header and empty rows. */
  rows: number
  valid: number
  /** Profiles that changed, or would change. Several rows of one user count once. */
  changed: number
  invalid: BadRow[]
  dates: DateTally
  /** The format in which the dates were read: the requested one, or the one that fits most of them. */
  date_format: DateFormat
  /** A few cells with non-ASCII letters to check by eye. Only for Windows-1252, in which any bytes are valid. */
  samples: string[]
}

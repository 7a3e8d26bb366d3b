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

import { fieldNames } from './profile.ts'
import type { ProfileField } from './profile.ts'

/** The maximum size of a piece of an imported file, and so of a row, in bytes. */
export const maxPieceBytes = 1024 * 1024

/** The size of a file's first piece in bytes, and of the following ones at most. */
export const usualPieceBytes = 256 * 1024
const leastPieceBytes = 64 * 1024

/**
 * The size of the next piece in bytes. The server takes a limited number of rows at once, so the client sends little
 * more. It sends a piece without a whole row again, longer.
 * @param size  of the last piece
 * @param taken  the bytes of it that the server took
 */
export function nextPieceBytes(size: number, taken: number): number {
  if (taken === 0) return Math.min(4 * size, maxPieceBytes)
  return Math.min(Math.max(leastPieceBytes, Math.ceil(1.25 * taken)), usualPieceBytes)
}

/** The delimiters that the import detects. The first line of a file may set another one with `sep=…`. */
export const delimiters = [',', ';', '\t', '|'] as const
/** A tab, or a symbol that ids do not contain. */
export const delimiter = /[\t!#-/:-@[-^`{-~]/

export const importFormats = ['csv', 'ndjson'] as const

/** The meaning of a column of the file; '' if it is ignored. */
export type ImportColumn = 'clerk_id' | ProfileField | ''
export const importColumns: ImportColumn[] = ['clerk_id', ...fieldNames, '']

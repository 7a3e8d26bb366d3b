import { isUtf8 } from 'node:buffer'
import { UnreadableFile } from '../../errors.ts'

export interface PieceOptions {
  /** The file's line that the piece starts at. */
  line: number
  /** Nothing comes after it. */
  isLast: boolean
  /** It is as long as a piece can be: what is not whole now never will be. */
  isFull: boolean
  maxRows: number
}

const lf = 10
const cr = 13

/** Where the last line ends that is surely whole: a '\r' at the very end may be half of a line break. */
function endOfLines(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(lf), bytes.subarray(0, -1).lastIndexOf(cr)) + 1
}

/** Where the line ends that starts there, its line break with it. */
export function endOfLine(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    if (bytes[at] === lf) return at + 1
    if (bytes[at] === cr) return bytes[at + 1] === lf ? at + 2 : at + 1
  }
  return bytes.length
}

export function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] !== lf)) count++
  }
  return count
}

/** Some programs end a file with Ctrl-Z, or fill its last block with zeros. */
export const isPadding = (byte: number | undefined) => byte === 0 || byte === 0x1A

/** Where the text ends that padding follows, if any. */
export function endOfText(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && isPadding(bytes[end - 1])) end--
  return end
}

/**
 * The lines of a piece that are whole. What follows the last line break is not: not even its characters.
 * @throws UnreadableFile where there is none in as much as a piece can be
 */
export function wholeLines(piece: Buffer, { line, isLast, isFull }: PieceOptions): Buffer {
  const end = endOfText(piece)
  const whole = piece.subarray(0, isLast ? end : endOfLines(piece))
  if (whole.length > 0 || !isFull || end === 0) return whole
  throw new UnreadableFile(`Line ${line} is longer than 1 MiB: this cannot be a file of profiles`)
}

/**
 * How much of a piece is done: padding that follows is nothing, and goes with it.
 * @param done  bytes
 */
export const withPadding = (piece: Buffer, done: number) => endOfText(piece) <= done ? piece.length : done

/** @throws UnreadableFile where it is none */
export function requireUtf8(bytes: Buffer, line: number): void {
  if (isUtf8(bytes)) return
  throw new UnreadableFile(`Line ${line} is not UTF-8. Save the file as "CSV UTF-8", or name its encoding`)
}

import { isUtf8 } from 'node:buffer'
import { UnreadableFile } from '../../errors.ts'

export interface PieceOptions {
  /** The line of the file at which the piece starts. */
  line: number
  /** Whether this is the last piece. */
  isLast: boolean
  /** Whether the piece has the maximum size, so that a longer piece cannot complete its first row. */
  isFull: boolean
  maxRows: number
}

const lf = 10
const cr = 13

/** The end of the last complete line. A '\r' at the very end may be half of a line break, so it does not count. */
function endOfLines(bytes: Buffer): number {
  return Math.max(bytes.lastIndexOf(lf), bytes.subarray(0, -1).lastIndexOf(cr)) + 1
}

/** The end of the line that starts at `start`, including its line break. */
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

/** Some programs end a file with Ctrl-Z or fill its last block with zeros. */
const isPadding = (byte: number | undefined) => byte === 0 || byte === 0x1A

/** The end of the text, without padding. */
export function endOfText(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && isPadding(bytes[end - 1])) end--
  return end
}

/**
 * The complete lines of a piece. Bytes after the last line break may end in the middle of a character.
 * @throws UnreadableFile if a piece of the maximum size contains no complete line
 */
export function wholeLines(piece: Buffer, { line, isLast, isFull }: PieceOptions): Buffer {
  const end = endOfText(piece)
  const whole = piece.subarray(0, isLast ? end : endOfLines(piece))
  if (whole.length > 0 || !isFull || end === 0) return whole
  const message = `Line ${line} is longer than 1 MiB, so this is not a file of profiles`
  throw new UnreadableFile('file_line_too_long', message, { line })
}

/**
 * Extends the number of processed bytes over padding at the end of the piece.
 * @param done  the number of processed bytes
 */
export const withPadding = (piece: Buffer, done: number) => endOfText(piece) <= done ? piece.length : done

/** @throws UnreadableFile if the bytes are not UTF-8 */
export function requireUtf8(bytes: Buffer, line: number): void {
  if (isUtf8(bytes)) return
  const message = `Line ${line} is not UTF-8. Save the file as "CSV UTF-8", or choose its encoding`
  throw new UnreadableFile('file_not_utf8', message, { line })
}

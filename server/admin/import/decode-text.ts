import type { Encoding } from '../../../shared/file-kind.ts'
import { UnreadableFile } from '../../errors.ts'

/** The characters 0x80 to 0x9F of Windows-1252. Node 22's TextDecoder decodes them as Latin-1. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ'

/** A piece of a file, converted to UTF-8. */
export interface Utf8Piece {
  text: Buffer
  /** Converts a length in bytes of `text` to the length in bytes of the file. */
  sourceBytes: (length: number) => number
}

/**
 * Converts a piece of a file to UTF-8, without an incomplete character at its end.
 * @param line  the line of the file at which the piece starts
 * @param isLast  whether this is the last piece
 * @throws UnreadableFile if the piece is not valid UTF-16. UTF-8 is not checked here, but row by row
 */
export function toUtf8(piece: Buffer, encoding: Encoding, line: number, isLast: boolean): Utf8Piece {
  if (encoding === 'utf-8') return { text: piece, sourceBytes: length => length }
  const [string, size] = encoding === 'windows-1252'
    ? [piece.toString('latin1').replaceAll(/[\x80-\x9F]/g, char => windows1252[char.charCodeAt(0) - 0x80]!), 1]
    : [utf16(piece, encoding, line, isLast), 2]
  const text = Buffer.from(string)
  return {
    text,
    // Each UTF-16 unit of the string came from `size` bytes.
    sourceBytes(length) {
      return isLast && length === text.length ? piece.length : size * text.toString('utf8', 0, length).length
    },
  }
}

function utf16(piece: Buffer, encoding: 'utf-16le' | 'utf-16be', line: number, isLast: boolean): string {
  const odd = piece.length % 2
  const whole = piece.subarray(0, piece.length - odd)
  const units = (encoding === 'utf-16be' ? Buffer.from(whole).swap16() : whole).toString('utf16le')
  const isCut = !isLast && /[\uD800-\uDBFF]$/.test(units)
  const string = isCut ? units.slice(0, -1) : units
  // Padding may consist of single bytes.
  const isHalf = isLast && odd && ![0, 0x1A].includes(piece.at(-1)!)
  const broken = string.isWellFormed() ? -1 : string.search(/\p{Cs}/u)
  if (isHalf || broken >= 0) {
    const breaks = string.slice(0, broken < 0 ? undefined : broken).match(/\r\n|\n|\r/g)?.length ?? 0
    const at = line + breaks
    throw new UnreadableFile('file_not_utf16', `Line ${at} is not UTF-16. Save the file as "CSV UTF-8"`, { line: at })
  }
  return string
}

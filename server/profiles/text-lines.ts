const lf = 10
const cr = 13

/** Where the last line ends that is surely whole: a '\r' at the very end may be half of a line break. */
export function endOfLines(bytes: Buffer): number {
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

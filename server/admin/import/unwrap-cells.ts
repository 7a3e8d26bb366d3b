const [space, quote, equals] = [0x20, 0x22, 0x3D]
const isLineBreak = (byte: number | undefined) => byte === 0x0A || byte === 0x0D

/**
 * A cell that is written ="user_1" is a formula, by which a spreadsheet leaves a text as it is. Without the sign it is
 * a cell in quotes: a space in its place keeps all other bytes where they are.
 * @returns a copy without such signs, up to the first quote that is wrong; undefined where there were none
 */
export function unwrapCells(bytes: Buffer, start: number, delimiter: string): Buffer | undefined {
  const separator = delimiter.charCodeAt(0)
  const isEnd = (at: number) => at >= bytes.length || bytes[at] === separator || isLineBreak(bytes[at])
  const isBlank = (at: number) => !isEnd(at) && [space, 0x09, 0x0C].includes(bytes[at]!)
  let copy: Buffer | undefined
  let at = start
  while (at < bytes.length) {
    while (isBlank(at)) at++
    if (bytes[at] === equals && bytes[at + 1] === quote) (copy ??= Buffer.from(bytes))[at++] = space
    if (bytes[at] === quote) {
      at = endOfQuotes(bytes, at)
      while (isBlank(at)) at++
    }
    else {
      while (!isEnd(at) && bytes[at] !== quote) at++
    }
    if (!isEnd(at)) break
    at++
  }
  return copy
}

/** What follows the quote that closes the one there; a quote inside is written twice. */
function endOfQuotes(bytes: Buffer, open: number): number {
  let at = open + 1
  while (at < bytes.length && (bytes[at] !== quote || bytes[at + 1] === quote)) at += bytes[at] === quote ? 2 : 1
  return at + 1
}

const [space, quote, equals] = [0x20, 0x22, 0x3D]
const isLineBreak = (byte: number | undefined) => byte === 0x0A || byte === 0x0D

/**
 * Turns cells such as ="user_1", a formula with which spreadsheets protect text, into quoted cells. It replaces the
 * equals sign with a space, so that all other bytes keep their positions.
 * @returns a copy with the cells up to the first wrong quote converted; undefined if there are no such cells
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

/** The position after the closing quote. A quote inside is written twice. */
function endOfQuotes(bytes: Buffer, open: number): number {
  let at = open + 1
  while (at < bytes.length && (bytes[at] !== quote || bytes[at + 1] === quote)) {
    at += bytes[at] === quote ? 2 : 1
  }
  return at + 1
}

const quote = 0x22
const lineFeed = 0x0A

/**
 * Counts the rows of a file as its bytes come.
 * @returns takes the next bytes, and gives the rows so far: of CSV without the header, and not the lines in quotes
 */
export function rowCounter(format: 'csv' | 'ndjson'): (bytes: Uint8Array) => number {
  let rows = format === 'csv' ? -1 : 0
  let isQuoted = false
  return (bytes) => {
    for (const byte of bytes) {
      if (byte === quote && format === 'csv') isQuoted = !isQuoted
      else if (byte === lineFeed && !isQuoted) rows++
    }
    return Math.max(0, rows)
  }
}

const quote = 0x22
const lineFeed = 0x0A

/**
 * Counts the rows of a file while it downloads.
 * @returns a function that takes the next bytes and returns the rows so far. In CSV, it leaves out the header and line
 *   breaks in quotes.
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

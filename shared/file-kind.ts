export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = typeof encodings[number]

/** The number of bytes at the start of a file that are enough to identify its kind. */
export const startBytes = 64 * 1024

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, index) => bytes[index] === byte)

/** The encoding of a file, as far as its start shows it; undefined if only the whole file can show it. */
export function encodingOf(start: Uint8Array): Encoding | undefined {
  if (startsWith(start, 0xEF, 0xBB, 0xBF)) return 'utf-8'
  if (startsWith(start, 0xFF, 0xFE)) return 'utf-16le'
  if (startsWith(start, 0xFE, 0xFF)) return 'utf-16be'
  // UTF-16 without a byte order mark: every second byte of Latin text is zero.
  const pairs = Math.min(start.findLastIndex(byte => byte !== 0) + 1, 1024) >> 1
  const zeros = [0, 0]
  for (let at = 0; at < 2 * pairs; at++) {
    if (start[at] === 0) zeros[at % 2]!++
  }
  const [even, odd] = zeros as [number, number]
  if (odd > pairs / 2 && even < odd / 4) return 'utf-16le'
  if (even > pairs / 2 && odd < even / 4) return 'utf-16be'
  return undefined
}

const notCsv = 'not a CSV file. Open it in a spreadsheet, save it as "CSV UTF-8", and choose that file'
const writeLines = 'Write one object per line (NDJSON), as jq -c does, and choose that file'

/**
 * Explains why a file cannot be imported, and what to do about it.
 * @param start  the first 64 KiB of the file, or all of a shorter one
 * @param encoding  the encoding to read them in
 * @param isWhole  whether they are the whole file
 * @returns undefined if it may be a CSV or NDJSON file
 */
export function refusalOf(start: Uint8Array, encoding: Encoding, isWhole: boolean): string | undefined {
  if (startsWith(start, 0x50, 0x4B, 0x03, 0x04)) return refuseZip(new TextDecoder('latin1').decode(start))
  if (startsWith(start, 0xD0, 0xCF, 0x11, 0xE0)) return `This is an old Excel workbook (.xls), ${notCsv}`
  if (startsWith(start, 0x25, 0x50, 0x44, 0x46)) return 'This is a PDF. Export its table as a CSV file'
  if (startsWith(start, 0x1F, 0x8B)) return 'This is a gzip archive. Unpack it, and choose the file inside'
  // `stream` because the start may end in the middle of a character.
  const text = withoutPadding(new TextDecoder(encoding).decode(start, { stream: true })).trimStart()
  if (text === '') return isWhole ? 'The file is empty' : undefined
  if (text.slice(0, 64).includes('\0')) return 'This is not a text file. Choose a CSV file'
  if (/^<(?:!doctype html|html|head|meta|body|table|style|div)\b/i.test(text)) return `This is an HTML page, ${notCsv}`
  if (/^<[?!a-z]/i.test(text)) return `This is an XML file, ${notCsv}`
  if (/^\[\s*[[{\]]/.test(text)) return `This is a JSON array. ${writeLines}`
  if (/^\{\s*(?:"[^"]*"\s*:\s*[[{]?\s*)?[\r\n]/.test(text)) return `This JSON object spans several lines. ${writeLines}`
  return undefined
}

/** Some programs end a file with Ctrl-Z or fill its last block with zeros. */
function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && '\0\x1A'.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

function refuseZip(names: string): string {
  if (names.includes('opendocument.spreadsheet')) return `This is an OpenDocument spreadsheet, ${notCsv}`
  if (/\[Content_Types\]|_rels\/|docProps\/|xl\//.test(names)) return `This is an Excel workbook, ${notCsv}`
  return 'This is a zip archive. Unpack it, and choose the CSV file inside'
}

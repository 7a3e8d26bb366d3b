import type { Issue } from './issues.ts'

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

/** Why a file cannot be imported, and what to do about it. */
export type Refusal = Pick<Issue, 'code' | 'message'>

const refusal = (code: string, message: string): Refusal => ({ code, message })

const convert = 'Open it in a spreadsheet, save it as "CSV UTF-8", and choose that file'
const notCsv = (code: string, kind: string) => refusal(code, `This is ${kind}, not a CSV file. ${convert}`)

const writeLines = 'Write one object per line (NDJSON), as jq -c does, and choose that file'
const notLines = (code: string, problem: string) => refusal(code, `${problem}. ${writeLines}`)

/**
 * Recognizes a file that cannot be imported by its start.
 * @param start  the first 64 KiB of the file, or all of a shorter one
 * @param encoding  the encoding to read them in
 * @param isWhole  whether they are the whole file
 * @returns undefined if it may be a CSV or NDJSON file
 */
export function refusalOf(start: Uint8Array, encoding: Encoding, isWhole: boolean): Refusal | undefined {
  const archive = refuseArchive(start)
  if (archive) return archive
  if (startsWith(start, 0xD0, 0xCF, 0x11, 0xE0)) return notCsv('file_excel_old', 'an old Excel workbook (.xls)')
  if (startsWith(start, 0x25, 0x50, 0x44, 0x46)) {
    return refusal('file_pdf', 'This is a PDF. Export its table as a CSV file')
  }
  // `stream` because the start may end in the middle of a character.
  const text = withoutPadding(new TextDecoder(encoding).decode(start, { stream: true })).trimStart()
  if (text === '') return isWhole ? refusal('file_empty', 'The file is empty') : undefined
  if (text.slice(0, 64).includes('\0')) return refusal('file_not_text', 'This is not a text file. Choose a CSV file')
  return refuseMarkup(text) ?? refuseJson(text)
}

/** Some programs end a file with Ctrl-Z or fill its last block with zeros. */
function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && '\0\x1A'.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

/** Workbooks are zip archives, too. */
function refuseArchive(start: Uint8Array): Refusal | undefined {
  if (startsWith(start, 0x1F, 0x8B)) {
    return refusal('file_gzip', 'This is a gzip archive. Unpack it, and choose the file inside')
  }
  if (!startsWith(start, 0x50, 0x4B, 0x03, 0x04)) return undefined
  const names = new TextDecoder('latin1').decode(start)
  if (names.includes('opendocument.spreadsheet')) return notCsv('file_opendocument', 'an OpenDocument spreadsheet')
  if (/\[Content_Types\]|_rels\/|docProps\/|xl\//.test(names)) return notCsv('file_excel', 'an Excel workbook')
  return refusal('file_zip', 'This is a zip archive. Unpack it, and choose the CSV file inside')
}

function refuseMarkup(text: string): Refusal | undefined {
  if (/^<(?:!doctype html|html|head|meta|body|table|style|div)\b/i.test(text)) return notCsv('file_html', 'an HTML page')
  return /^<[?!a-z]/i.test(text) ? notCsv('file_xml', 'an XML file') : undefined
}

function refuseJson(text: string): Refusal | undefined {
  if (/^\[\s*[[{\]]/.test(text)) return notLines('file_json_array', 'This is a JSON array')
  const isSpread = /^\{\s*(?:"[^"]*"\s*:\s*[[{]?\s*)?[\r\n]/.test(text)
  return isSpread ? notLines('file_json_spread', 'This JSON object spans several lines') : undefined
}

import { encodingOf, refusalOf, startBytes } from '#shared/file-kind'
import type { Encoding, Refusal } from '#shared/file-kind'

/** The file can't be imported. The message says what kind of file it is, and how to convert it. */
export class RefusedFile extends Error {
  /** As the API answers for such a file. */
  readonly data: { message: string, data: { code: string } }
  constructor({ code, message }: Refusal) {
    super(message)
    this.data = { message, data: { code } }
  }
}

const chunkBytes = 1024 * 1024

/**
 * Detects the encoding of a file: by its first bytes, else UTF-8 if all bytes are valid UTF-8, else Windows-1252, which
 * any bytes could be.
 * @throws RefusedFile for a workbook or another file that is no table
 */
export async function encodingOfFile(file: Blob, signal: AbortSignal): Promise<Encoding> {
  const start = new Uint8Array(await file.slice(0, startBytes).arrayBuffer())
  const found = encodingOf(start)
  const refusal = refusalOf(start, found ?? 'utf-8', file.size <= startBytes)
  if (refusal) throw new RefusedFile(refusal)
  return found ?? (await isUtf8(file, signal) ? 'utf-8' : 'windows-1252')
}

async function isUtf8(file: Blob, signal: AbortSignal): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let offset = 0; offset < file.size; offset += chunkBytes) {
    const chunk = await file.slice(offset, offset + chunkBytes).arrayBuffer()
    signal.throwIfAborted()
    try {
      decoder.decode(chunk, { stream: offset + chunkBytes < file.size })
    }
    catch {
      return false
    }
  }
  return true
}

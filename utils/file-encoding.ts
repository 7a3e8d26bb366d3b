import { encodingOf, refusalOf, startBytes } from '#shared/file-kind'
import type { Encoding } from '#shared/file-kind'

/** The file is none that can be imported; the message says what it is, and what to do. */
export class RefusedFile extends Error {}

const chunkBytes = 1024 * 1024

/**
 * How a file is encoded: by how it starts, else UTF-8 where all of its bytes are, else Windows-1252 in all likelihood.
 * @throws RefusedFile for a workbook and the like
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

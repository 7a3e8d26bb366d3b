import { nextPieceBytes, usualPieceBytes } from '#shared/import'
import type { ImportAnswer } from '#shared/answers'
import type { ImportRun } from '~/utils/import-run'

/** Milliseconds before each retry of a request that the server did not answer. */
const pauses = [1_000, 3_000]

/**
 * Sends a file to the server piece by piece. A piece is retried after a pause where the server is unavailable, so the
 * server may apply it twice.
 */
export function useImportRequest() {
  const request = useAccountRequest()

  async function send(body: ArrayBuffer, query: ReturnType<typeof queryOf>, signal: AbortSignal) {
    // As bytes, since an API Gateway decodes text as UTF-8, whatever the encoding of the file.
    const post = () => request(headers => $fetch<ImportAnswer>('/api/admin/import', {
      method: 'POST',
      query,
      body,
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      retry: 0,
      signal,
    }))
    for (const pause of pauses) {
      try {
        return await post()
      }
      catch (error) {
        if (signal.aborted || !isTemporary(error as ImportError)) throw error
        await new Promise(resolve => setTimeout(resolve, pause))
        signal.throwIfAborted()
      }
    }
    return post()
  }

  /** Yields an answer for each piece. The caller adds it to `run`, whose offset is where the next piece starts. */
  return async function* (file: File, run: ImportRun, signal: AbortSignal): AsyncGenerator<ImportAnswer> {
    let size = usualPieceBytes
    while (run.offset < file.size) {
      const piece = file.slice(run.offset, run.offset + size)
      // Read before the request, which tells a file that has changed from a server that is unavailable.
      const body = await piece.arrayBuffer()
      const isLast = run.offset + piece.size === file.size
      const answer = await send(body, queryOf(run, isLast), signal)
      size = nextPieceBytes(size, answer.bytes)
      yield answer
    }
  }
}

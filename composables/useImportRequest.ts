import type { ImportAnswer } from '#shared/import'

export interface ImportFailure {
  message: string
  /** Another try may succeed. */
  canGoOn: boolean
}

interface HttpFailure extends Error {
  status?: number
  data?: { message?: string }
}

/** Milliseconds before each new try where the server does not answer. */
const pauses = [1_000, 3_000]

/** Sends a piece of a file, and again after a pause where the server is away: a piece may be applied twice. */
export function useImportRequest() {
  const request = useAccountRequest()

  return async (body: ArrayBuffer, query: ReturnType<typeof queryOf>, signal: AbortSignal): Promise<ImportAnswer> => {
    // Bytes: an API Gateway would decode a text as UTF-8, whatever the file's encoding.
    const post = () => request(headers => $fetch<ImportAnswer>('/api/admin/import', {
      method: 'POST', query, body, headers: { ...headers, 'content-type': 'application/octet-stream' }, retry: 0, signal,
    }))
    for (const pause of pauses) {
      try {
        return await post()
      }
      catch (error) {
        if (signal.aborted || !isTemporary(error as HttpFailure)) throw error
        await new Promise(resolve => setTimeout(resolve, pause))
        signal.throwIfAborted()
      }
    }
    return post()
  }
}

/** Nobody has answered, or it may be another answer soon. */
const isTemporary = ({ status }: HttpFailure) => status === undefined || status === 429 || status >= 500

/** What an error of a pass says to the admin. */
export function explainImport(error: HttpFailure): ImportFailure {
  if (error instanceof RefusedFile) return { message: error.message, canGoOn: false }
  if (error.name === 'NotReadableError' || error.name === 'NotFoundError') {
    return { message: 'The file has changed since you chose it, or is gone. Choose it again.', canGoOn: false }
  }
  if (error.status === 401) {
    const help = 'Sign in again, and choose the same file: the import goes on where it stopped.'
    return { message: `Your session has ended. ${help}`, canGoOn: true }
  }
  return { message: error.data?.message ?? 'The server cannot be reached', canGoOn: isTemporary(error) }
}

import { RefusedFile } from './file-encoding'

/** What a failed pass tells the admin. */
export interface ImportFailure {
  message: string
  /** Another try may succeed. */
  canResume: boolean
}

export interface ImportError extends Error {
  status?: number
  data?: { message?: string }
}

/** The server did not answer, or may answer differently soon. */
export const isTemporary = ({ status }: ImportError) => status === undefined || status === 429 || status >= 500

export function explainImport(error: ImportError): ImportFailure {
  if (error instanceof RefusedFile) return { message: error.message, canResume: false }
  if (error.name === 'NotReadableError' || error.name === 'NotFoundError') {
    return { message: 'The file has changed or was removed since you chose it. Choose it again.', canResume: false }
  }
  if (error.status === 401) {
    const help = 'Sign in again and choose the same file to resume the import.'
    return { message: `Your session has ended. ${help}`, canResume: true }
  }
  return { message: error.data?.message ?? 'Could not reach the server', canResume: isTemporary(error) }
}

import type { RequestError } from '~/composables/useErrorText'
import { RefusedFile } from './file-encoding'
import type { Translate } from './messages'

/** What a failed pass tells the admin. */
export interface ImportFailure {
  message: string
  /** Another try may succeed. */
  canResume: boolean
}

export type ImportError = Error & RequestError

/** The server did not answer, or may answer differently soon. */
export const isTemporary = ({ status }: ImportError) => status === undefined || status === 429 || status >= 500

interface Texts {
  t: Translate
  errorText: (error: RequestError) => string
}

export function explainImport(error: ImportError, { t, errorText }: Texts): ImportFailure {
  if (error instanceof RefusedFile) return { message: errorText(error), canResume: false }
  if (error.name === 'NotReadableError' || error.name === 'NotFoundError') {
    return { message: t('admin.import.fileChanged'), canResume: false }
  }
  if (error.status === 401) return { message: t('admin.import.sessionEnded'), canResume: true }
  return { message: errorText(error), canResume: isTemporary(error) }
}

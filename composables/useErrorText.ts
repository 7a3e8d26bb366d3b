import type { Issue, MessageParams } from '#shared/issues'
import type { MessageKey } from '~/utils/messages'

/** A failed request. */
export interface RequestError {
  statusCode?: number
  status?: number
  /** The API's answer. Undefined where the server did not answer. */
  data?: unknown
}

interface Answer {
  message?: string
  data?: { code?: string, params?: MessageParams, issues?: Issue[] }
}

const byStatus: Record<number, MessageKey> = {
  401: 'error.signed_out',
  403: 'error.admins_only',
  404: 'error.not_found',
  413: 'error.too_large',
  503: 'error.unavailable',
}

/** The reason of a failed request, in the page's language: by the code of the API's answer, or its status. */
export function useErrorText() {
  const { $i18n } = useNuxtApp()
  const t = useText()
  const locale = useLocale()
  const issueText = useIssueText()

  return (error: RequestError): string => {
    const { message, data: { code, params = {}, issues: [issue] = [] } = {} } = (error.data ?? {}) as Answer
    // The API's messages are in English, and say more.
    if (message && $i18n.locale.value === 'en') return message
    if (issue) return issueText(issue)
    const key = `error.${code}`
    if (code && $i18n.te(key)) return $i18n.t(key, formatParams(params, locale.value))
    const status = error.status ?? error.statusCode
    if (!status) return t('error.unreachable')
    return t(byStatus[status] ?? (status < 500 ? 'error.refused' : 'error.server'))
  }
}

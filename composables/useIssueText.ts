import type { Issue } from '#shared/issues'

/** What is wrong with a value, in the page's language. English has the text of the schema itself. */
export function useIssueText() {
  const { $i18n } = useNuxtApp()
  const locale = useLocale()
  return ({ code, message, params }: Issue): string => {
    const key = `issue.${code}`
    return $i18n.locale.value !== 'en' && $i18n.te(key) ? $i18n.t(key, formatParams(params, locale.value)) : message
  }
}

import { metaOf } from '#shared/profile'
import type { ProfileField } from '#shared/profile'

/** Formats a field's value in the visitor's locale; '' where it is not set. */
export function useFieldText() {
  const locale = useLocale()
  const names = useCountryNames()
  const { choiceOf } = useFieldLabels()
  return (field: ProfileField, value: string | null | undefined): string => {
    if (!value) return ''
    switch (metaOf(field).input) {
      case 'date': return formatDate(value, locale.value)
      case 'choice': return choiceOf(field, value)
      case 'country': return `${flagOf(value)} ${names.value[value] ?? value}`
      default: return value
    }
  }
}

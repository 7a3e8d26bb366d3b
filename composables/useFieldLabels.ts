import { fieldNames, metaOf } from '#shared/profile'
import type { ProfileField } from '#shared/profile'

/** Languages that write nouns with a capital. */
const withCapitals = ['de', 'lb']

/**
 * The names of fields and settings. English has those of shared/profile.ts; the other languages name them under
 * `fields.<name>` in i18n/locales, or leave them in English.
 */
export function useFieldLabels() {
  const { $i18n } = useNuxtApp()
  const t = useText()
  const language = $i18n.locale.value
  const translated = (key: string, english: string) => $i18n.te(key) ? $i18n.t(key) : english

  /** A field that the app no longer has is labelled by its name. */
  function labelOf(name: string): string {
    if (name === 'visibility') return t('setting.visibility')
    if (name === 'birthday_visibility') return t('setting.birthday_visibility')
    if (!fieldNames.includes(name as ProfileField)) return name
    return translated(`fields.${name}.label`, metaOf(name as ProfileField).label)
  }

  return {
    labelOf,

    /** The label within a sentence. */
    nameOf: (name: string) =>
      withCapitals.includes(language) ? labelOf(name) : labelOf(name).toLocaleLowerCase(language),

    helpOf(field: ProfileField): string | undefined {
      const { help } = metaOf(field)
      return help && translated(`fields.${field}.help`, help)
    },

    /** A value of a choice field. */
    choiceOf: (field: ProfileField, choice: string) => translated(`fields.${field}.choices.${choice}`, choice),
  }
}

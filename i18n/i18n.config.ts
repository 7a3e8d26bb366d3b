import type { LocaleObject } from '@nuxtjs/i18n'
import { useRuntimeConfig } from '#imports'
import { byLocale } from '~/utils/formats'

const order: Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other']

const formsOf = byLocale((locale) => {
  const rules = new Intl.PluralRules(locale)
  const forms = order.filter(form => rules.resolvedOptions().pluralCategories.includes(form))
  return (count: number) => forms.indexOf(rules.select(count))
})

/** Chooses a message's form by the language's own rules. Languages that use one form for all counts give one. */
const pluralRule = (locale: string) => (count: number, given: number) => Math.min(formsOf(locale)(count), given - 1)

/** vue-i18n's options. A message's forms stand in the order of Intl's plural categories: one | other in English. */
export default defineI18nConfig(() => {
  const locales = useRuntimeConfig().public.i18n.locales as LocaleObject[]
  return {
    fallbackWarn: false,
    // For each language, so that a new one needs no rule of its own. Nuxt copies the rules by their keys.
    pluralRules: Object.fromEntries(locales.map(({ code }) => [code, pluralRule(code)])),
  }
})

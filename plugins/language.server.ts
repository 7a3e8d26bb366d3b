import type { LocaleObject } from '@nuxtjs/i18n'
import { appendResponseHeader, getCookie, getRequestHeader } from 'h3'

/** The checksum of each language's messages, which @nuxtjs/i18n has in their address. Its build defines it. */
declare const __I18N_LOCALE_HASHES__: Record<string, string>

/** Renders the page in the language that the visitor has chosen, or else in the one that their browser prefers. */
export default defineNuxtPlugin({
  name: 'language',
  enforce: 'pre',
  setup(nuxt) {
    const event = useRequestEvent()!
    const locales = useRuntimeConfig().public.i18n.locales as LocaleObject[]
    const { language, locale } = pageLocale(
      locales.map(({ code }) => code),
      getCookie(event, languageCookie),
      getRequestHeader(event, 'accept-language'),
    )
    useLocale().value = locale
    appendResponseHeader(event, 'vary', 'accept-language, cookie')
    nuxt.hook('i18n:beforeLocaleSwitch', (change) => {
      change.newLocale = language as typeof change.newLocale
    })
    // The scripts wait for the messages. In development, the messages are scripts themselves.
    const href = useAddress()(`/_i18n/${__I18N_LOCALE_HASHES__[language]}/${language}/messages.json`)
    useHead({
      htmlAttrs: { lang: language, dir: locales.find(({ code }) => code === language)!.dir },
      link: import.meta.dev ? [] : [{ rel: 'preload', as: 'fetch', crossorigin: 'anonymous', href }],
    })
  },
})

import { createI18n } from 'vue-i18n'
import english from '../../i18n/locales/en.json' with { type: 'json' }
import type { Translate, Wording } from '../../utils/messages.ts'

const { global } = createI18n({ legacy: false, locale: 'en', messages: { en: english } })

/** The English messages, as a visitor from the United States sees them. */
export const inEnglish: Wording = { t: global.t as Translate, locale: 'en-US' }

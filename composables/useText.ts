import type { Translate } from '~/utils/messages'

/** The messages in the page's language. It stays the same until the page is loaded again. */
export const useText = () => useNuxtApp().$i18n.t as Translate

import { updateClerkOptions, useClerk } from '@clerk/vue'
import clerkTexts from '#build/clerk-texts.mjs'

/** Gives Clerk's components their texts in the page's language, which load beside ClerkJS. */
export default defineNuxtPlugin((nuxt) => {
  const load = clerkTexts[nuxt.$i18n.locale.value]
  if (!load) return
  const texts = load()
  const clerk = nuxt.vueApp.runWithContext(useClerk)
  watch(() => clerk.value?.loaded, async (isLoaded) => {
    if (!isLoaded) return
    const [localization] = Object.values(await texts)
    updateClerkOptions({ localization })
  }, { immediate: true, flush: 'sync' })
})

export default defineNuxtConfig({
  modules: ['@clerk/nuxt'],
  devtools: { enabled: false },
  app: { head: { htmlAttrs: { lang: 'en' }, title: 'Clerk\'s flows' } },
  compatibilityDate: '2026-11-01',
  telemetry: false,
  // Environment variables replace these, and only what is here, when a file of tests starts the build.
  clerk: { waitlistUrl: '', taskUrls: {} },
})

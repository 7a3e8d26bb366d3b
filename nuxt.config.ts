import tailwindcss from '@tailwindcss/vite'

// Tests, scripts and modules run on Node: the app's type check leaves them to the Node project.
const onNode = ['../bench/**/*', '../local-clerk/**/*', '../modules/**/*', '../scripts/**/*', '../tests/**/*', '../vitest.config.ts']

export default defineNuxtConfig({
  modules: ['@clerk/nuxt', '@nuxtjs/color-mode', '@nuxt/eslint'],
  devtools: { enabled: false },
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      link: [{ rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }],
    },
  },
  css: ['~/assets/css/main.css'],
  // `<html>` gets daisyUI's attribute beside the class.
  colorMode: { dataValue: 'theme' },
  srcDir: '.',
  // What no page uses shall not be sent: islands, and a list of the builds' route rules.
  experimental: {
    appManifest: false,
    componentIslands: false,
    // A page that only might be opened is fetched when the pointer is on its link.
    defaults: { nuxtLink: { prefetchOn: { interaction: true, visibility: false } } },
  },
  compatibilityDate: '2026-11-01',
  nitro: {
    // Local Clerk is awaited at the top of its module.
    esbuild: { options: { target: 'es2022' } },
    typescript: { tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true } } },
  },
  vite: {
    plugins: [tailwindcss()],
    // Every component, Clerk's and Nuxt's too, is written with `setup`.
    define: { __VUE_OPTIONS_API__: 'false' },
  },
  typescript: {
    tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true }, exclude: onNode },
    nodeTsConfig: { compilerOptions: { noUncheckedIndexedAccess: true }, include: onNode },
  },
  telemetry: false,
  // All under `clerk` becomes public runtime config: never a secret here.
  clerk: {
    skipServerMiddleware: true,
    signInUrl: '/sign-in',
    signUpUrl: '/sign-up',
    // Clerk's components follow the app's colours, light and dark.
    appearance: { variables: {
      colorPrimary: 'var(--color-primary)',
      colorPrimaryForeground: 'var(--color-primary-content)',
      colorBackground: 'var(--color-base-100)',
      colorForeground: 'var(--color-base-content)',
      colorMutedForeground: 'var(--color-muted)',
      colorNeutral: 'var(--color-base-content)',
      colorInput: 'var(--color-base-100)',
      colorInputForeground: 'var(--color-base-content)',
      colorDanger: 'var(--color-error)',
      colorSuccess: 'var(--color-success)',
      colorWarning: 'var(--color-warning)',
      colorRing: 'var(--color-primary)',
    } },
  },
  eslint: { config: { stylistic: true } },
})

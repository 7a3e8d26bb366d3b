import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { checkTokenSize } from './shared/token.ts'

checkTokenSize()

// These folders run on Node, so the Node project checks their types instead of the app's project.
const testsOnNode = ['browsers', 'clerk-suite', 'e2e', 'examples', 'integration', 'support', 'unit']
  .map(folder => `tests/${folder}`)
const foldersOnNode = ['bench', 'fixtures', 'local-clerk', 'modules', 'packages', 'scripts', ...testsOnNode]
const onNode = [...foldersOnNode.map(folder => `../${folder}/**/*`), '../examples/dev.ts', '../vitest.config.ts']

const { warn } = console

export default defineNuxtConfig({
  modules: ['@clerk/nuxt', '@nuxtjs/i18n', '@nuxtjs/color-mode', '@nuxt/eslint', 'nuxt-security'],
  $development: {
    // Nuxt's error page contains an inline script that shows the error.
    routeRules: { '/__nuxt_error': { security: { headers: { contentSecurityPolicy: false } } } },
  },
  // modules/languages compiles the messages.
  $production: { i18n: { bundle: { dropMessageCompiler: true } } },
  // Components are named by their file alone, not by their folder.
  components: [{ path: '~/components', pathPrefix: false }],
  devtools: { enabled: false },
  css: ['~/assets/css/main.css'],
  // Sets daisyUI's `data-theme` on `<html>` in addition to the class.
  colorMode: { dataValue: 'theme' },
  srcDir: '.',
  routeRules: {
    '/api/**': { headers: { 'cache-control': 'no-store' } },
    // Clerk calls this route, so it needs no security headers for pages.
    '/api/webhooks': { security: { enabled: false } },
  },
  // No page uses islands or the manifest of route rules, so do not send them to browsers.
  experimental: {
    appManifest: false,
    componentIslands: false,
    // Prefetches a page when the pointer is on its link, not when the link becomes visible.
    defaults: { nuxtLink: { prefetchOn: { interaction: true, visibility: false } } },
  },
  compatibilityDate: '2026-11-01',
  nitro: {
    // Needed for the top-level await that starts Local Clerk.
    esbuild: { options: { target: 'es2022' } },
    // Server code imports what it uses, because Nitro's scan finds nothing if the path contains brackets.
    imports: { autoImport: false },
    typescript: { tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true } } },
  },
  vite: {
    plugins: [tailwindcss()],
    // All components, including Clerk's and Nuxt's, use `setup`.
    // Builds with Local Clerk report the details of hydration mismatches.
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: String(process.env.LOCAL_CLERK === '1'),
    },
    build: { rolldownOptions: { checks: { pluginTimings: false } } },
    // One file for modules that most pages need. Twenty small files compress worse and need a request each.
    $client: {
      build: {
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 6 }] } },
        },
      },
    },
  },
  typescript: {
    tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true }, exclude: [...onNode, '../examples/**'] },
    // Tests import the app's utilities, which use `#shared`.
    nodeTsConfig: {
      compilerOptions: { noUncheckedIndexedAccess: true, paths: { '#shared/*': ['../shared/*'] } },
      include: onNode,
      // They have packages of their own, which `npm run bench`, `examples` and `clerk-suite` install.
      exclude: ['../bench/contestants/**', '../examples/*/**', '../tests/clerk-suite/apps/**'],
    },
  },
  // Vite minifies the CSS. cssnano cannot parse daisyUI's.
  postcss: { plugins: { cssnano: false } },
  telemetry: false,
  hooks: {
    // Hides a harmless warning of Nuxt 4.5: Clerk's module changes the runtime config before Nitro exists.
    'modules:before': () => {
      console.warn = (...texts) => /NUXT_B8003/.test(String(texts[0])) || warn(...texts)
    },
    'modules:done': () => {
      console.warn = warn
    },
    // Adds the app's error handler before Nuxt's, which renders error pages, and after it.
    'nitro:config': (config) => {
      const ours = fileURLToPath(new URL('server/error-handler.ts', import.meta.url))
      config.errorHandler = [ours, ...[config.errorHandler ?? []].flat(), ours]
    },
  },
  // Everything under `clerk` becomes public runtime config. Never put a secret here.
  clerk: {
    skipServerMiddleware: true,
    signInUrl: '/sign-in',
    signUpUrl: '/sign-up',
    // Clerk's components use the app's colours, light and dark.
    appearance: {
      variables: {
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
      },
    },
  },
  eslint: { config: { stylistic: true } },
  // modules/languages adds the files of i18n/locales, and plugins/language.server.ts chooses one of them.
  i18n: {
    strategy: 'no_prefix',
    defaultLocale: 'en',
    detectBrowserLanguage: false,
    bundle: { fullInstall: false },
    // The address of the messages has their checksum.
    experimental: { typedPages: false, httpCacheDuration: 31_536_000 },
  },
  security: {
    headers: {
      // Clerk's pictures and captcha come from hosts without the required headers. Its social sign-in opens a popup.
      crossOriginEmbedderPolicy: false,
      crossOriginOpenerPolicy: 'same-origin-allow-popups',
      // server/plugins/content-security.ts adds Clerk's hosts at run time.
      contentSecurityPolicy: {
        'default-src': `'self'`,
        'base-uri': `'none'`,
        'connect-src': `'self'`,
        'font-src': `'self'`,
        'form-action': `'self'`,
        'frame-ancestors': `'none'`,
        'frame-src': `https://challenges.cloudflare.com`,
        'img-src': `'self' data: https://img.clerk.com`,
        'object-src': `'none'`,
        'script-src': `'nonce-{{nonce}}' 'strict-dynamic'`,
        'script-src-attr': `'none'`,
        // Clerk's components insert their styles into the page.
        'style-src': `'self' 'unsafe-inline'`,
        'worker-src': `'self' blob:`,
        // Would break a build that you test over plain HTTP.
        'upgrade-insecure-requests': false,
      },
      referrerPolicy: 'strict-origin-when-cross-origin',
      strictTransportSecurity: { maxAge: 31_536_000, includeSubdomains: true },
      xFrameOptions: 'DENY',
    },
    // The routes do this themselves, with their own limits.
    corsHandler: false,
    rateLimiter: false,
    requestSizeLimiter: false,
    xssValidator: false,
    allowedMethodsRestricter: false,
    removeLoggers: false,
    sri: false,
  },
})

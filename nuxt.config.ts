import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'

// Tests, scripts and modules run on Node: the app's type check leaves them to the Node project.
const testsOnNode = ['browsers', 'e2e', 'integration', 'support', 'unit'].map(folder => `tests/${folder}`)
const foldersOnNode = ['bench', 'fixtures', 'local-clerk', 'modules', 'scripts', ...testsOnNode]
const onNode = [...foldersOnNode.map(folder => `../${folder}/**/*`), '../vitest.config.ts']

const { warn } = console

export default defineNuxtConfig({
  modules: ['@clerk/nuxt', '@nuxtjs/color-mode', '@nuxt/eslint', 'nuxt-security'],
  $development: {
    // Nuxt adds what went wrong to an error's page, by a script of its own.
    routeRules: { '/__nuxt_error': { security: { headers: { contentSecurityPolicy: false } } } },
  },
  // A component goes by its file's name, whichever folder it is in.
  components: [{ path: '~/components', pathPrefix: false }],
  devtools: { enabled: false },
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
    },
  },
  css: ['~/assets/css/main.css'],
  // `<html>` gets daisyUI's attribute beside the class.
  colorMode: { dataValue: 'theme' },
  srcDir: '.',
  routeRules: {
    '/api/**': { headers: { 'cache-control': 'no-store' } },
    // For machines: no header of a page's, and none of their cost.
    '/api/webhooks': { security: { enabled: false } },
  },
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
    // Server code imports what it uses: Nitro's scan finds nothing in a folder whose path has brackets.
    imports: { autoImport: false },
    typescript: { tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true } } },
  },
  vite: {
    plugins: [tailwindcss()],
    // Every component, Clerk's and Nuxt's too, is written with `setup`.
    // A build that is tried with Local Clerk says where the server and the browser disagree.
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: String(process.env.LOCAL_CLERK === '1'),
    },
    // What most pages need comes in one file: twenty small ones compress worse, and each is a request.
    $client: {
      build: {
        rolldownOptions: {
          checks: { pluginTimings: false },
          output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 6 }] } },
        },
      },
    },
  },
  typescript: {
    tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true }, exclude: onNode },
    // Tests of the web app's utilities know what these import.
    nodeTsConfig: {
      compilerOptions: { noUncheckedIndexedAccess: true, paths: { '#shared/*': ['../shared/*'] } },
      include: onNode,
    },
  },
  // Vite makes the CSS small; cssnano does not understand daisyUI's.
  postcss: { plugins: { cssnano: false } },
  telemetry: false,
  hooks: {
    // Nuxt 4.5 warns of what Clerk's module does well: it changes the runtime config before there is a Nitro.
    'modules:before': () => {
      console.warn = (...texts) => /NUXT_B8003/.test(String(texts[0])) || warn(...texts)
    },
    'modules:done': () => {
      console.warn = warn
    },
    // Before Nuxt's own, which renders the page of an error, and after it.
    'nitro:config': (config) => {
      const ours = fileURLToPath(new URL('server/error-handler.ts', import.meta.url))
      config.errorHandler = [ours, ...[config.errorHandler ?? []].flat(), ours]
    },
  },
  // All under `clerk` becomes public runtime config: never a secret here.
  clerk: {
    skipServerMiddleware: true,
    signInUrl: '/sign-in',
    signUpUrl: '/sign-up',
    // Clerk's components follow the app's colours, light and dark.
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
  security: {
    headers: {
      // Clerk's pictures and its captcha come from hosts that do not opt in; its sign-in with others opens a window.
      crossOriginEmbedderPolicy: false,
      crossOriginOpenerPolicy: 'same-origin-allow-popups',
      // Clerk's own hosts are added at run time: server/plugins/content-security.ts.
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
        // Clerk's components write their styles into the page.
        'style-src': `'self' 'unsafe-inline'`,
        'worker-src': `'self' blob:`,
        // It would break a build that is tried on plain http.
        'upgrade-insecure-requests': false,
      },
      referrerPolicy: 'strict-origin-when-cross-origin',
      strictTransportSecurity: { maxAge: 31_536_000, includeSubdomains: true },
      xFrameOptions: 'DENY',
    },
    // The routes do these themselves, each by its own bounds.
    corsHandler: false,
    rateLimiter: false,
    requestSizeLimiter: false,
    xssValidator: false,
    allowedMethodsRestricter: false,
    removeLoggers: false,
    sri: false,
  },
})

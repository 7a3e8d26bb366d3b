// Tests, scripts and modules run on Node: the app's type check leaves them to the Node project.
const onNode = ['../bench/**/*', '../local-clerk/**/*', '../modules/**/*', '../scripts/**/*', '../tests/**/*', '../vitest.config.ts']

export default defineNuxtConfig({
  modules: ['@clerk/nuxt', '@nuxt/ui', '@nuxt/eslint'],
  devtools: { enabled: false },
  css: ['~/assets/css/main.css'],
  // Fonts and icons come with the build: no page asks a third party.
  ui: { fonts: false },
  srcDir: '.',
  compatibilityDate: '2026-11-01',
  nitro: {
    // Local Clerk is awaited at the top of its module.
    esbuild: { options: { target: 'es2022' } },
    typescript: { tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true } } },
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
      colorPrimary: 'var(--ui-primary)',
      colorPrimaryForeground: 'var(--ui-bg)',
      colorBackground: 'var(--clerk-background)',
      colorForeground: 'var(--ui-text-highlighted)',
      colorMutedForeground: 'var(--ui-text-muted)',
      colorNeutral: 'var(--clerk-neutral)',
      colorInput: 'var(--ui-bg)',
      colorInputForeground: 'var(--ui-text-highlighted)',
      colorDanger: 'var(--ui-error)',
    } },
  },
  eslint: { config: { stylistic: true } },
  icon: { provider: 'none', fallbackToApi: false, clientBundle: { scan: true } },
})

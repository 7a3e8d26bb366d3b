import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addTemplate, addTypeTemplate, defineNuxtModule } from 'nuxt/kit'
import { compileMessages, marked, markMessages } from './messages.ts'
import type { Messages } from './messages.ts'

/** Makes each file of i18n/locales a language of the app, and finds Clerk's own texts in that language. */
export default defineNuxtModule({
  meta: { name: 'languages' },
  setup(_options, nuxt) {
    const folder = join(nuxt.options.rootDir, 'i18n/locales')
    const others = readdirSync(folder).map(file => file.replace(/\.json$/, '')).filter(code => code !== 'en')
    // English first, since it is for visitors whose own language is missing.
    const codes = ['en', ...others]
    const locales = codes.map(code => ({ ...describe(code), file: `${code}.json` }))
    // In development and in tests of components, the files themselves, which Vite compiles.
    if (nuxt.options.dev || !nuxt.options.ssr) {
      nuxt.hook('i18n:registerModule', register => register({ langDir: folder, locales }))
    }
    else {
      // For tests: English with each message in brackets, so that any other text stands out. It is in no menu.
      const isMarked = process.env.LOCAL_CLERK === '1'
      const hidden = isMarked ? [{ ...describe(marked), name: '', file: `${marked}.json` }] : []
      const langDir = join(nuxt.options.buildDir, 'languages')
      const write = () => writeCompiled(folder, langDir, codes, isMarked)
      write()
      // A build empties the folder first.
      nuxt.hook('build:before', write)
      nuxt.hook('i18n:registerModule', register => register({ langDir, locales: [...locales, ...hidden] }))
    }

    // Browsers would fetch the texts of all languages in advance.
    nuxt.hook('build:manifest', (manifest) => {
      for (const chunk of Object.values(manifest)) {
        if (/languages\/[\w-]+\.json$|@clerk\/localizations/.test(chunk.src ?? '')) chunk.prefetch = chunk.preload = false
      }
    })

    const localizations = clerkLocalizations()
    addTemplate({
      filename: 'clerk-texts.mjs',
      getContents() {
        const loaders = others.flatMap((code) => {
          const file = localizationFor(code, localizations)
          return file ? `  ${JSON.stringify(code)}: () => import('@clerk/localizations/${file}'),` : []
        })
        return ['export default {', ...loaders, '}'].join('\n')
      },
    })
    addTypeTemplate({
      filename: 'clerk-texts.d.ts',
      getContents: () => `declare module '#build/clerk-texts.mjs' {
  import type { LocalizationResource } from '@clerk/shared/types'
  /** Loads the texts of Clerk's components, by the code of the language; their own are in English. */
  const texts: Record<string, () => Promise<Record<string, LocalizationResource>>>
  export default texts
}
`,
    })
  },
})

function writeCompiled(folder: string, to: string, codes: string[], isMarked: boolean): void {
  mkdirSync(to, { recursive: true })
  const read = (code: string) => JSON.parse(readFileSync(join(folder, `${code}.json`), 'utf8')) as Messages
  const write = (code: string, messages: Messages) =>
    writeFileSync(join(to, `${code}.json`), JSON.stringify(compileMessages(messages)))
  for (const code of codes) write(code, read(code))
  if (isMarked) write(marked, markMessages(read('en')))
}

function describe(code: string) {
  const locale = new Intl.Locale(code)
  const name = new Intl.DisplayNames(code, { type: 'language', languageDisplay: 'standard' }).of(code)!
  return {
    code,
    language: code,
    // In its own language, with a capital as in any menu.
    name: name[0]!.toLocaleUpperCase(code) + name.slice(1),
    dir: isRightToLeft(locale) ? 'rtl' as const : 'ltr' as const,
  }
}

/** By the script, for versions of Node without `getTextInfo`. */
const isRightToLeft = (locale: Intl.Locale) => ['Arab', 'Hebr', 'Thaa', 'Nkoo'].includes(locale.maximize().script ?? '')

function clerkLocalizations(): string[] {
  const index = fileURLToPath(import.meta.resolve('@clerk/localizations'))
  return readdirSync(join(index, '..'))
    .filter(file => /^[a-z]{2,3}-[A-Z]{2}\.mjs$/.test(file))
    .map(file => file.replace(/\.mjs$/, ''))
}

/** That of the language's main region, or else of any: Clerk's Arabic is ar-SA. */
function localizationFor(code: string, localizations: string[]): string | undefined {
  const { language, region } = new Intl.Locale(code).maximize()
  return localizations.find(each => each === `${language}-${region}`)
    ?? localizations.find(each => each.startsWith(`${language}-`))
}

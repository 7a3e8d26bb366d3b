import vueI18n from '@intlify/eslint-plugin-vue-i18n'
import jsonParser from 'jsonc-eslint-parser'
import withNuxt from './.nuxt/eslint.config.mjs'

/** Files of one room import nothing that matches a pattern. */
const wall = (files, group, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: group, message }] }] },
})

const framework = String.raw`^(h3|nuxt|nuxt/.*|nitropack|nitropack/.*|#.*|@clerk/nuxt|@clerk/nuxt/.*)$`
const theApp = String.raw`^(\.\./)+(server|shared|utils|composables|components|modules|scripts)/|^[~#]`

/** Every text that a person reads is a message of i18n/locales. */
const messages = [
  {
    files: ['{components,pages,layouts}/**/*.vue', '*.vue', '{composables,plugins,utils}/**/*.ts'],
    plugins: { '@intlify/vue-i18n': vueI18n },
    settings: { 'vue-i18n': { localeDir: './i18n/locales/*.json', messageSyntaxVersion: '^11.0.0' } },
    rules: {
      '@intlify/vue-i18n/no-missing-keys': 'error',
      '@intlify/vue-i18n/no-raw-text': ['error', {
        attributes: { '/.+/': ['title', 'label', 'note', 'help', 'alt', 'placeholder', 'aria-label', 'confirm-label'] },
        ignoreNodes: ['code'],
        ignorePattern: String.raw`^[\P{L}]*$|^(Clerk|MongoDB)$`,
      }],
    },
  },
  {
    files: ['i18n/locales/*.json'],
    languageOptions: { parser: jsonParser },
    plugins: { '@intlify/vue-i18n': vueI18n },
    settings: { 'vue-i18n': { localeDir: './i18n/locales/*.json', messageSyntaxVersion: '^11.0.0' } },
    rules: {
      // French has narrow spaces before its marks.
      'no-irregular-whitespace': 'off',
      '@intlify/vue-i18n/valid-message-syntax': 'error',
      // Chosen from a table: the names of fields, and what the API answers.
      '@intlify/vue-i18n/no-unused-keys': ['error', {
        extensions: ['.vue', '.ts'],
        ignores: ['/^(fields|issue|error|admin\\.audit|admin\\.reason)\\./'],
      }],
    },
  },
]

export default withNuxt(
  {
    ignores: ['**/*.json'],
    rules: {
      '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true, ignoreRegExpLiterals: true }],
    },
  },
  // Nuxt names a page by its path.
  {
    files: ['tests/clerk-suite/apps/nuxt/app/pages/**'],
    rules: { 'vue/multi-word-component-names': 'off' },
  },
  wall(
    [
      'server/{sync,profiles,admin,clerk,database}/**',
      'server/{errors,deadline,remember,environment}.ts',
      'server/node-version.mjs',
    ],
    framework,
    'The domain runs behind any framework: leave h3, Nuxt and Nitro to server/api, utils, plugins and middleware.',
  ),
  wall(['local-clerk/**'], theApp, 'Local Clerk stands in for Clerk, which knows nothing of the app.'),
  wall(['bench/**'], String.raw`^(\.\./)+tests/`, 'The benchmarks and the tests share nothing: each can change alone.'),
  wall(['tests/**'], String.raw`^(\.\./)+bench/`, 'The benchmarks and the tests share nothing: each can change alone.'),
  ...messages,
)

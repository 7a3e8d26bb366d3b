import withNuxt from './.nuxt/eslint.config.mjs'

/** Files of one room import nothing that matches a pattern. */
const wall = (files, group, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: group, message }] }] },
})

const framework = String.raw`^(h3|nuxt|nuxt/.*|nitropack|nitropack/.*|#.*|@clerk/nuxt|@clerk/nuxt/.*)$`
const theApp = String.raw`^(\.\./)+(server|shared|utils|composables|components|modules|scripts)/|^[~#]`

export default withNuxt(
  {
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
)

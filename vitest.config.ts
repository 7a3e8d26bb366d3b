import { fileURLToPath } from 'node:url'
import { defineVitestProject } from '@nuxt/test-utils/config'
import { defineConfig } from 'vitest/config'

// A condition that a test waits for may take this long, in milliseconds. Vitest's own second is less than a browser
// needs on a busy machine.
const expect = { poll: { timeout: 20_000 } }

/** A key without an instance: ClerkJS never loads in component tests, so no user is signed in. */
const publishableKey = 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k'

// One project a runtime: plain Node, a real mongod, the built server with a real browser.
export default defineConfig({
  test: {
    tags: [{ name: 'slow', description: 'Kills, freezes or waits for a process, or tries hundreds of inputs.' }],
    projects: [
      {
        // What the web app's utilities import by Nuxt's name for it.
        resolve: { alias: { '#shared': fileURLToPath(new URL('shared', import.meta.url)) } },
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] },
      },
      // Components in Nuxt's own environment, on a simulated DOM.
      await defineVitestProject({
        test: {
          name: 'components',
          environment: 'nuxt',
          environmentOptions: {
            nuxt: {
              overrides: { runtimeConfig: { public: { clerk: { publishableKey } } } },
            },
          },
          include: ['tests/components/**/*.test.ts'],
        },
      }),
      {
        test: {
          name: 'integration',
          // They wait for a database, for each other's time limits and for processes more than they compute.
          maxWorkers: 3,
          // Projects with another number of workers run one after the other.
          sequence: { groupOrder: 1 },
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/support/setup-mongod.ts', 'tests/support/setup-scripts.ts'],
          setupFiles: ['tests/support/sharded-writes.ts'],
          expect,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          // Two files at a time: each runs a server, a mongod and a browser, and waits for them more than it computes.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['mongod', 'scripts', 'chromium', 'schemathesis', 'build'].map(
            name => `tests/support/setup-${name}.ts`,
          ),
          expect,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // `npm run examples`: not a part of `npm test`, since it installs and builds each of them.
        test: {
          name: 'examples',
          include: ['tests/examples/**/*.test.ts'],
          globalSetup: ['mongod', 'scripts', 'chromium'].map(name => `tests/support/setup-${name}.ts`),
          expect,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // `npm run clerk-suite`: not a part of `npm test`, since it installs and builds two apps.
        test: {
          name: 'clerk',
          maxWorkers: 2,
          include: ['tests/clerk-suite/*.test.ts'],
          globalSetup: ['scripts', 'chromium'].map(name => `tests/support/setup-${name}.ts`),
          expect,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // `npm run browsers`: not a part of `npm test`, since few machines have them.
        test: {
          name: 'browsers',
          include: ['tests/browsers/**/*.test.ts'],
          globalSetup: ['mongod', 'scripts', 'build'].map(name => `tests/support/setup-${name}.ts`),
          expect,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})

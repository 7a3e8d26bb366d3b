import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import { publicVariables, serveWithLocalClerk } from '../../../examples/local-clerk.ts'
import { freePort } from '../../../fixtures/free-port.ts'
import { startLocalClerk } from '../../../local-clerk/index.ts'
import type { SettingsChanges } from '../../../local-clerk/settings.ts'
import { startProduction } from '../../support/production.ts'
import type { Production } from '../../support/production.ts'

export type AppName = 'nuxt' | 'next'

/** A fixture app, as `npm run clerk-suite` has built it. */
export interface BuiltApp extends Production {
  name: AppName
}

/** The apps that this run tests. */
export const apps = JSON.parse(process.env.CLERK_SUITE_APPS ?? '[]') as BuiltApp[]

export interface Setup {
  /** What Clerk's dashboard would set. */
  settings?: SettingsChanges
  /** The options of ClerkProvider, and of Nuxt's module. */
  options?: Record<string, unknown>
}

const usualOptions = { signInUrl: '/sign-in', signUpUrl: '/sign-up', waitlistUrl: '/waitlist' }

/** Nuxt's names for the variables that replace options of its module. */
function nuxtVariables(options: Record<string, unknown>): Record<string, string> {
  const upper = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [
    `NUXT_PUBLIC_CLERK_${upper(name)}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]))
}

/** Starts Local Clerk on fresh data, and an app that knows no other Clerk, at one origin. */
export async function startApp(app: BuiltApp, { settings, options = {} }: Setup) {
  const folder = await mkdtemp(join(tmpdir(), 'clerk-suite-'))
  const localClerk = await startLocalClerk({ dataDir: folder, settings })
  const { NUXT_CLERK_SECRET_KEY: secretKey, NUXT_CLERK_JWT_KEY: jwtKey } = localClerk.env
  // JSON and Nuxt leave out what is undefined.
  const given = JSON.parse(JSON.stringify({ ...usualOptions, ...options })) as Record<string, unknown>
  const port = await freePort()
  const url = `http://localhost:${port}`
  const server = await startProduction(app, {
    ...publicVariables(localClerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY),
    ...localClerk.env,
    NUXT_PUBLIC_CLERK_JS_URL: publicVariables('').CLERK_JS_URL!,
    NUXT_PUBLIC_CLERK_UI_URL: publicVariables('').CLERK_UI_URL!,
    ...nuxtVariables(given),
    CLERK_OPTIONS: JSON.stringify(given),
    CLERK_SECRET_KEY: secretKey,
    CLERK_JWT_KEY: jwtKey,
    CLERK_API_URL: localClerk.url,
    ORIGIN: url,
  })
  const endFront = await serveWithLocalClerk(port, server.url, localClerk.url)
  return {
    name: app.name,
    cwd: app.cwd,
    url,
    localClerk,
    secretKey,
    /** The Backend API, as a script of the app's owner calls it. */
    clerk: createClerkClient({ secretKey, apiUrl: localClerk.url }),
    async stop() {
      endFront()
      await server.stop()
      await localClerk.stop()
      await rm(folder, { recursive: true })
    },
  }
}

export type RunningApp = Awaited<ReturnType<typeof startApp>>

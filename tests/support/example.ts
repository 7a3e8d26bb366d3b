import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { publicVariables } from '../../examples/local-clerk.ts'
import { secret } from '../../fixtures/webhooks.ts'
import { loadKeys, publishableKey } from '../../local-clerk/keys.ts'
import { startProduction } from './production.ts'
import type { Production } from './production.ts'

/** A production server with the webhook, as `npm run examples` has built it. */
export interface Example extends Production {
  name: string
}

export const examples = JSON.parse(process.env.EXAMPLES ?? '[]') as Example[]
/** This app, which has an API and pages of its own. */
export const isMainApp = ({ name }: Example) => name === 'addendum'
/** The others serve an API. */
export const hasPages = (example: Example) =>
  !isMainApp(example) && !['express', 'fastify', 'hono'].includes(example.name)

const keysFolder = await mkdtemp(join(tmpdir(), 'addendum-example-keys-'))
/** Keys of an instance that nobody runs: session tokens are verified by the public key, without asking Clerk. */
export const keys = loadKeys(keysFolder)
await rm(keysFolder, { recursive: true })

/** Every example's variables, by Clerk's names and by those of the main app. */
export function environmentOf(uri: string): Record<string, string> {
  return {
    ...publicVariables(publishableKey),
    MONGODB_URI: uri,
    CLERK_WEBHOOK_SIGNING_SECRET: secret,
    CLERK_SECRET_KEY: keys.secretKey,
    CLERK_JWT_KEY: keys.jwtKey,
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
    NUXT_CLERK_SECRET_KEY: keys.secretKey,
    NUXT_CLERK_JWT_KEY: keys.jwtKey,
    NUXT_CLERK_API_URL: 'http://127.0.0.1:9',
    CLERK_API_URL: 'http://127.0.0.1:9',
    SHUTDOWN_GRACE_SECONDS: '0',
    CATCH_UP_MINUTES: '0',
  }
}

/** Starts an example with the settings that its .env.example proposes. */
export async function startExample(example: Example, env: Record<string, string>) {
  const settings = Object.entries(parseEnv(await readFile(join(example.cwd, '.env.example'), 'utf8')))
  const proposed = Object.fromEntries(settings.filter(([, value]) => value))
  const server = await startProduction(example, env, proposed)
  return { ...server, webhooks: `${server.url}/api/webhooks` }
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runningEnvironment } from '../local-clerk/running.ts'
import { embeddedUri } from '../modules/development/embedded-mongodb.ts'
import { clerkNames } from '../server/clerk/variables.ts'

/**
 * Reads what a running `npm run dev` uses in place of variables that are not set: the address of its MongoDB, Local
 * Clerk's keys, and the signing secrets of webhooks.
 * @param dataDir  the folder `.data` of the project
 * @returns variables for the environment; none if it is not running, or everything is set
 */
export async function developmentEnvironment(
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Record<string, string>> {
  const uri = env.MONGODB_URI ? undefined : await embeddedUri(dataDir)
  // Like modules/local-clerk: it does not start if one of the keys is set.
  const hasKey = Object.entries(clerkNames).flat().some(name => name.endsWith('_KEY') && env[name])
  const localClerk = hasKey ? undefined : runningEnvironment(join(dataDir, 'local-clerk'))
  const variables: Record<string, string> = { ...uri && { MONGODB_URI: uri }, ...localClerk }
  if (!uri && !localClerk) return variables

  const configured = env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET || env.CLERK_WEBHOOK_SIGNING_SECRET
  const secret = configured || (await readFile(join(dataDir, 'webhook-secret'), 'utf8').catch(() => '')).trim()
  const secrets = [secret, localClerk?.NUXT_CLERK_WEBHOOK_SIGNING_SECRET].filter(Boolean).join(' ')
  if (secrets) variables.NUXT_CLERK_WEBHOOK_SIGNING_SECRET = secrets
  return variables
}

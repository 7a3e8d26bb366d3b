import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { publicVariables } from '../../examples/local-clerk.ts'
import { freePort } from '../../fixtures/free-port.ts'
import { secret } from '../../fixtures/webhooks.ts'
import { loadKeys, publishableKey } from '../../local-clerk/keys.ts'

/** A production server with the webhook, as `npm run examples` has built it. */
export interface Example {
  name: string
  /** Its folder. */
  cwd: string
  /** The program and its arguments. */
  command: [string, ...string[]]
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

/**
 * Starts an example on a free port, with nothing of this process's environment but PATH and HOME, and with the settings
 * that its .env.example proposes.
 */
export async function startExample({ cwd, command: [program, ...args] }: Example, env: Record<string, string>) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const { PATH, HOME } = process.env
  const settings = Object.entries(parseEnv(await readFile(join(cwd, '.env.example'), 'utf8')))
  const proposed = Object.fromEntries(settings.filter(([, value]) => value))
  const ours = { NODE_ENV: 'production', PORT: String(port), HOST: 'localhost', ORIGIN: url }
  const child = spawn(program, args, {
    cwd,
    env: { PATH, HOME, ...proposed, ...ours, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (log += text))
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as { code: number, signal: string })
  while (child.exitCode === null && !(await fetch(url, { redirect: 'manual' }).catch(() => undefined))) {
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  if (child.exitCode !== null) throw new Error(`The example ended with exit code ${child.exitCode}:\n${log}`)
  return {
    url,
    webhooks: `${url}/api/webhooks`,
    log: () => log,
    stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}

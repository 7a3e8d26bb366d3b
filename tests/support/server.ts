import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { inject, vi } from 'vitest'
import { freePort } from '../../fixtures/free-port.ts'
import { loadKeys } from '../../local-clerk/keys.ts'
import { runningEnvironment } from '../../local-clerk/running.ts'
import { secret } from '../../fixtures/webhooks.ts'

export type Server = Awaited<ReturnType<typeof startServer>>

/** Keys without an instance, for tests that never ask Clerk. */
const keys = {
  NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_live_Y2xlcmsuZXhhbXBsZS5jb20k',
  NUXT_CLERK_SECRET_KEY: 'sk_live_none',
  // Refuses every connection at once.
  NUXT_CLERK_API_URL: 'http://127.0.0.1:9',
}

interface Options {
  entry?: string
  cwd?: string
}

/** The runtime of the build: set `bun` or `deno run -A` to test it there. */
export const runtime = process.env.SERVER_RUNTIME ?? 'node'

/**
 * Starts the built server on a free port, as a deployment would: from `.output` alone, and with
 * nothing of this process's environment but PATH.
 */
export async function startServer(
  env: Record<string, string | undefined>,
  { entry = inject('serverEntry'), cwd = tmpdir() }: Options = {},
) {
  const [command = '', ...args] = runtime.split(' ')
  const child = spawn(command, [...args, entry], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      SHUTDOWN_GRACE_SECONDS: '0',
      // A test decides itself when the server asks Clerk.
      CATCH_UP_MINUTES: '0',
      NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secret,
      ...keys,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const logs: string[] = []
  createInterface(child.stderr).on('line', line => logs.push(line))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const listening = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    logs.push(line)
    const address = /^Listening on http:\/\/.*?(:\d+.*)$/.exec(line)?.[1]
    if (address) listening.resolve(`http://localhost${address}`)
  })
  void exited.then(code => listening.reject(new Error(`The server exited with ${code}:\n${logs.join('\n')}`)))
  const url = await listening.promise
  return {
    url,
    webhooks: `${url}/api/webhooks`,
    logs,
    pid: child.pid!,
    /** Closes the reading end of its log. */
    closeLog() {
      child.stdout.destroy()
      child.stderr.destroy()
    },
    /** @returns the exit code, or null if a signal ended the process */
    stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}

/** Starts the build with Local Clerk on fresh data. */
export async function startServerWithLocalClerk(
  env: Record<string, string | undefined>,
  entry = inject('localClerkEntry'),
) {
  const cwd = await mkdtemp(join(tmpdir(), 'addendum-local-clerk-'))
  const none = {
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: undefined,
    NUXT_CLERK_SECRET_KEY: undefined,
    NUXT_CLERK_API_URL: undefined,
    NUXT_CLERK_WEBHOOK_SIGNING_SECRET: undefined,
  }
  const server = await startServer(
    { ...none, LOCAL_CLERK: '1', PORT: String(await freePort()), ...env },
    { entry, cwd },
  )
  const control = async (path = '', body?: object) => {
    const init = body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return (await fetch(`${server.url}/__clerk/control${path}`, init)).json()
  }
  // The seeded users' events have arrived.
  await vi.waitUntil(async () => (await control()).idle, { timeout: 30_000 })
  return {
    ...server,
    control,
    /** The keys that Local Clerk signs with. */
    keys: () => loadKeys(join(cwd, '.data', 'local-clerk')),
    /** Where Local Clerk itself listens, with the Backend API. */
    clerkUrl: () => runningEnvironment(join(cwd, '.data', 'local-clerk'))!.LOCAL_CLERK_URL,
    async stop(signal?: NodeJS.Signals) {
      const code = await server.stop(signal)
      await rm(cwd, { recursive: true, force: true })
      return code
    },
  }
}

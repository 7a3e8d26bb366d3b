import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { consola } from 'consola'
import { secret } from '../fixtures/webhooks.ts'

const entry = join(import.meta.dirname, '..', '.output', 'server', 'index.mjs')

/** The quantile of some numbers, by its share. */
export function quantile(numbers: number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))]!
}
export const median = (numbers: number[]) => quantile(numbers, 0.5)

/** @returns whether there is a build; if not, it logs how to create one */
export function isBuilt(): boolean {
  if (!existsSync(entry)) consola.error('There is no build. Run `npm run build` first')
  return existsSync(entry)
}

interface Options {
  uri: string
  env?: Record<string, string | undefined>
  profileTo?: string
  /** For Node. */
  flags?: string[]
}

/** Starts the built server, and measures the milliseconds until it is ready. */
export async function startServer({ uri, env, profileTo, flags = [] }: Options) {
  const started = performance.now()
  const profiling = profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : []
  const child = spawn('node', [...flags, ...profiling, entry], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      SHUTDOWN_GRACE_SECONDS: '0',
      MONGODB_URI: uri,
      NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secret,
      // Keys without an instance: no benchmark asks Clerk.
      NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_live_Y2xlcmsuZXhhbXBsZS5jb20k',
      NUXT_CLERK_SECRET_KEY: 'sk_live_none',
      NUXT_CLERK_API_URL: 'http://127.0.0.1:9',
      CATCH_UP_MINUTES: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const listening = Promise.withResolvers<string>()
  createInterface(child.stdout).on('line', (line) => {
    const port = /^Listening on .*:(\d+)$/.exec(line)?.[1]
    if (port) listening.resolve(`http://localhost:${port}`)
  })
  const url = await listening.promise
  while (!(await fetch(`${url}/api/ready`)).ok);
  return {
    url,
    startupMs: performance.now() - started,
    async residentMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

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

/** The environment in which every server finds its database, its secret and Clerk's keys, under each one's names. */
function environmentOf(uri: string): Record<string, string | undefined> {
  // Keys without an instance: no benchmark asks Clerk.
  const keys = { publishable: 'pk_live_Y2xlcmsuZXhhbXBsZS5jb20k', secret: 'sk_live_none' }
  return {
    PATH: process.env.PATH,
    PORT: '0',
    NODE_ENV: 'production',
    MONGODB_URI: uri,
    CLERK_WEBHOOK_SIGNING_SECRET: secret,
    NUXT_CLERK_WEBHOOK_SIGNING_SECRET: secret,
    NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: keys.publishable,
    NUXT_CLERK_SECRET_KEY: keys.secret,
    CLERK_PUBLISHABLE_KEY: keys.publishable,
    CLERK_SECRET_KEY: keys.secret,
    NUXT_CLERK_API_URL: 'http://127.0.0.1:9',
  }
}

interface Options {
  uri: string
  env?: Record<string, string | undefined>
  profileTo?: string
  /** For Node. */
  flags?: string[]
}

export type RunningServer = Awaited<ReturnType<typeof startProcess>>

/** Starts a server that prints `Listening on <its address>`. */
export async function startProcess(file: string, { uri, env, flags = [] }: Options) {
  const child = spawn(process.execPath, [...flags, file], {
    env: { ...environmentOf(uri), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const listening = Promise.withResolvers<string>()
  child.once('exit', code => listening.reject(new Error(`${file} ended with exit code ${code}`)))
  createInterface(child.stdout).on('line', (line) => {
    const port = /^Listening on .*:(\d+)\/?$/.exec(line)?.[1]
    if (port) listening.resolve(`http://localhost:${port}`)
  })
  return {
    pid: child.pid,
    url: await listening.promise,
    async residentMiB() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
    async stop() {
      if (child.exitCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** Starts the built server, and measures the milliseconds until it is ready. */
export async function startServer({ profileTo, flags = [], ...options }: Options) {
  const started = performance.now()
  const profiling = profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : []
  const server = await startProcess(entry, {
    ...options,
    flags: [...flags, ...profiling],
    env: { SHUTDOWN_GRACE_SECONDS: '0', CATCH_UP_MINUTES: '0', ...options.env },
  })
  while (!(await fetch(`${server.url}/api/ready`)).ok);
  return { ...server, startupMs: performance.now() - started }
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { consola } from 'consola'
import { startProcess, startServer } from './server.ts'
import type { RunningServer } from './server.ts'

const run = promisify(execFile)
const folder = join(import.meta.dirname, 'contestants')
const nuxtEntry = join(folder, 'nuxt', '.output', 'server', 'index.mjs')

/** A way to receive Clerk's webhooks. */
export interface Contestant {
  name: string
  /** The path of its webhook route. */
  path: string
  /** Whether it records each delivery, as Addendum does. */
  isEqualWork: boolean
  start: (uri: string) => Promise<RunningServer>
}

export const contestants: Contestant[] = [
  { name: 'Addendum', path: '/api/webhooks', isEqualWork: true, start: uri => startServer({ uri }) },
  {
    name: 'Clerk\'s guide on Nuxt, one write',
    path: '/api/guide',
    isEqualWork: false,
    start: uri => startProcess(nuxtEntry, { uri }),
  },
  {
    name: 'Clerk\'s guide on Nuxt',
    path: '/api/equal',
    isEqualWork: true,
    start: uri => startProcess(nuxtEntry, { uri }),
  },
  {
    name: 'Express 5, verifyWebhook, Mongoose',
    path: '/api/webhooks',
    isEqualWork: true,
    start: uri => startProcess(join(folder, 'express.ts'), { uri }),
  },
  {
    name: 'Fastify 5, node:crypto, MongoDB\'s driver',
    path: '/api/webhooks',
    isEqualWork: true,
    start: uri => startProcess(join(folder, 'fastify.ts'), { uri }),
  },
  {
    name: 'node:http, node:crypto, MongoDB\'s driver',
    path: '/api/webhooks',
    isEqualWork: true,
    start: uri => startProcess(join(folder, 'node-http.ts'), { uri }),
  },
]

/** The Nuxt contestant, which reads too. */
export const startNuxtContestant = (uri: string, env: Record<string, string>) => startProcess(nuxtEntry, { uri, env })

/** Installs and builds what the contestants need beside the app, once. */
export async function prepareContestants(): Promise<void> {
  if (!existsSync(join(folder, 'node_modules'))) {
    consola.start('Installing the other ways')
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder })
  }
  if (!existsSync(nuxtEntry)) {
    consola.start('Building the guide\'s way on Nuxt')
    const nuxt = join(import.meta.dirname, '..', 'node_modules', 'nuxt', 'bin', 'nuxt.mjs')
    const env = { ...process.env, NODE_ENV: 'production' }
    await run(process.execPath, [nuxt, 'build', join(folder, 'nuxt')], { env })
  }
}

import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The built server's entry, in a folder outside the project. */
    serverEntry: string
    /** The same, built with LOCAL_CLERK=1. */
    localClerkEntry: string
  }
}

const run = promisify(execFile)

/** Builds the app with and without Local Clerk and copies `.output` elsewhere: the tests run what a deployment runs. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'addendum-output-'))
  // Vitest's variables would make Nuxt build for tests.
  const { NODE_ENV: _, TEST: __, ...env } = process.env
  for (const [name, extra] of [
    ['localClerkEntry', { LOCAL_CLERK: '1' }],
    ['serverEntry', {}],
  ] as const) {
    console.log(`Building the app${name === 'serverEntry' ? '' : ' with Local Clerk'}`)
    const { stdout, stderr } = await run('node_modules/.bin/nuxt', ['build'], { env: { ...env, ...extra } })
    const warnings = (stdout + stderr).match(/^.*\bWARN\b[^]*/m)
    if (warnings) throw new Error(`The build warns:\n${warnings[0]}`)
    await cp('.output', join(folder, name), { recursive: true })
    project.provide(name, join(folder, name, 'server', 'index.mjs'))
  }
  return () => rm(folder, { recursive: true, force: true })
}

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
  }
}

/** Builds the app and copies `.output` alone elsewhere: the tests run what a deployment runs. */
export default async function setup(project: TestProject) {
  console.log('Building the app')
  const { NODE_ENV: _, ...env } = process.env
  await promisify(execFile)('node_modules/.bin/nuxt', ['build'], { env })
  const folder = await mkdtemp(join(tmpdir(), 'addendum-output-'))
  await cp('.output', folder, { recursive: true })
  project.provide('serverEntry', join(folder, 'server', 'index.mjs'))
  return () => rm(folder, { recursive: true, force: true })
}

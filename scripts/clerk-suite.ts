import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { consola } from 'consola'
import { publicVariables } from '../examples/local-clerk.ts'
import { publishableKey } from '../local-clerk/keys.ts'
import { tableOf } from './clerk-suite-table.ts'
import type { Report } from './clerk-suite-table.ts'

// Runs Clerk's own flows against Local Clerk, in the apps of tests/clerk-suite/apps: npm run clerk-suite [file…]. It
// installs and builds the apps once for every change of theirs, in a cache, and writes local-clerk/FLOWS.md.

const root = join(import.meta.dirname, '..')
const sources = join(root, 'tests', 'clerk-suite', 'apps')
// Outside the work tree, whose TypeScript settings would apply to them.
const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
const builds = join(cache, 'addendum', 'clerk-suite')
const started = Date.now()

async function run(cwd: string, command: string, args: string[], env: object = {}): Promise<number> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' })
  const [code] = await once(child, 'exit') as [number | null]
  return code ?? 1
}

async function require(cwd: string, command: string, args: string[], env?: object): Promise<void> {
  if (await run(cwd, command, args, env) !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}`)
}

const isSource = (path: string) => !/\/(node_modules|\.next|\.nuxt|\.output|\.data|next-env\.d\.ts)(\/|$)/.test(path)

/** @returns a name for the state of an app's files */
async function stateOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const path of entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).sort()) {
    if (isSource(path)) hash.update(path).update(await readFile(path))
  }
  return hash.digest('hex').slice(0, 12)
}

/** Installs and builds an app, if it has changed since, and says how its production server starts. */
async function prepare(name: string) {
  const source = join(sources, name)
  const cwd = join(builds, name)
  const built = join(cwd, '.built')
  const state = await stateOf(source)
  if (!existsSync(built) || await readFile(built, 'utf8') !== state) {
    consola.start(`Preparing the ${name} app`)
    const older = existsSync(cwd) ? await readdir(cwd) : []
    for (const entry of older.filter(entry => entry !== 'node_modules')) await rm(join(cwd, entry), { recursive: true })
    await cp(source, cwd, { recursive: true, filter: isSource })
    await require(cwd, 'npm', ['install', '--no-audit', '--no-fund'])
    const variables = { ...publicVariables(publishableKey), NEXT_PUBLIC_CLERK_SIGN_IN_URL: '/sign-in' }
    await require(cwd, 'npm', ['run', 'build'], { ...variables, NEXT_TELEMETRY_DISABLED: '1' })
    await writeFile(built, state)
  }
  const { scripts } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const [program = '', ...args] = scripts.start.split(' ')
  const path = program === 'node' ? process.execPath : join(cwd, 'node_modules', '.bin', program)
  return { name, cwd, command: [path, ...args] }
}

const apps = [await prepare('nuxt'), await prepare('next')]
const files = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'clerk-suite-'))
try {
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const args = ['run', '--project', 'clerk', ...reporters, ...files]
  const env = { CLERK_SUITE_APPS: JSON.stringify(apps) }
  process.exitCode = await run(root, join(root, 'node_modules', '.bin', 'vitest'), args, env)
  const report = JSON.parse(await readFile(file, 'utf8')) as Report
  const versions = await Promise.all(apps.map(async ({ name, cwd }) => {
    const read = async (of: string) =>
      (JSON.parse(await readFile(join(cwd, 'node_modules', of, 'package.json'), 'utf8')) as { version: string }).version
    const sdk = name === 'nuxt' ? '@clerk/nuxt' : '@clerk/nextjs'
    return `${name === 'nuxt' ? 'Nuxt' : 'Next.js'} ${await read(name)} with ${sdk} ${await read(sdk)}`
  }))
  const { table, summary } = tableOf(report, versions)
  // A run of a few files must not shorten the table.
  if (files.length === 0) await writeFile(join(root, 'local-clerk', 'FLOWS.md'), table)
  consola.log(summary)
  const seconds = Math.round((Date.now() - started) / 1000)
  consola.info(`It took ${Math.floor(seconds / 60)} min ${seconds % 60} s`)
}
finally {
  await rm(folder, { recursive: true })
}

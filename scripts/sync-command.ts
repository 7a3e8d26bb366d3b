import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { consola } from 'consola'
import { createBackendApi } from '../server/clerk/backend-api.ts'
import { closeDatabase } from '../server/database/connection.ts'
import { environment } from '../server/environment.ts'
import type { RunOptions } from '../server/sync/run.ts'
import type { SyncRun } from '../shared/sync.ts'
import { developmentEnvironment } from './development-environment.ts'
import { progress } from './progress.ts'
import { findUnknownOption } from './unknown-option.ts'

const root = join(import.meta.dirname, '..')

/** The options of the commands that only apply users. */
const syncArgs = {
  'dry-run': { type: 'boolean', description: 'Changes nothing, and prints what would change' },
  'json': { type: 'boolean', description: 'Prints the result as JSON' },
} as const

/** How the commands read their environment, and how they end. */
export const syncHelp = [
  'It reads the environment and .env, or else uses the MongoDB and Local Clerk of a running `npm run dev`. If it is',
  'interrupted, the next run continues. Only one runs at a time, over all processes.',
  '',
  'It exits with 0 when it is done, with 1 when it failed or could not apply everything.',
].join('\n')

/**
 * Reads .env and the environment of a running development server.
 * @param required  variables without which the command cannot work
 * @throws Error that names one that is missing
 */
export async function loadEnvironment(required: ('MONGODB_URI' | 'NUXT_CLERK_SECRET_KEY')[]) {
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
  Object.assign(process.env, await developmentEnvironment(join(root, '.data')))
  process.env.NUXT_CLERK_SECRET_KEY ||= process.env.CLERK_SECRET_KEY
  const set = environment()
  const missing = required.find(name => !set[name])
  if (missing) {
    throw new Error(`${missing} is not set. Set it in .env, or start \`npm run dev\` to use what it runs with`)
  }
  return set
}

/**
 * Prepares a command that asks Clerk.
 * @returns the client of the Backend API, and what a deletion leaves
 * @throws Error that names a variable that is missing
 */
export async function prepare(): Promise<Pick<RunOptions, 'clerk' | 'deleteMode'>> {
  const set = await loadEnvironment(['MONGODB_URI', 'NUXT_CLERK_SECRET_KEY'])
  const { NUXT_CLERK_SECRET_KEY: secretKey, NUXT_CLERK_API_URL: apiUrl, DELETE_MODE: deleteMode } = set
  return { clerk: createBackendApi({ secretKey: secretKey!, apiUrl }), deleteMode }
}

/**
 * Runs the work of a command, prints its errors, and ends the process.
 * @param given  the options of the command line
 * @param known  the options of the command
 * @param work  returns whether everything is in order
 */
export async function finish(given: object, known: object, work: () => Promise<boolean>): Promise<never> {
  try {
    const unknown = findUnknownOption(given, known)
    if (unknown) throw new Error(`There is no option --${unknown}. See --help`)
    process.exitCode = (await work()) ? 0 : 1
  }
  catch (error) {
    progress('')
    consola.error((error as Error).message)
    process.exitCode = 1
  }
  await closeDatabase().catch(() => {})
  process.exit()
}

/** Shows the progress of a run in the terminal: how far it is, how fast, and how long it still takes. */
export function createProgress(): (run: SyncRun) => void {
  const started = performance.now()
  let first: number | undefined
  return ({ name, done, total, changed }) => {
    first ??= done
    const perSecond = (done - first) / Math.max((performance.now() - started) / 1_000, 0.001)
    const left = total !== null && perSecond > 0 ? Math.max(total - done, 0) / perSecond : undefined
    progress([
      `${name}: ${done}${total === null ? '' : ` of ${total}`} users`,
      `${changed} changed`,
      `${Math.round(perSecond)}/s`,
      ...(left === undefined ? [] : [`${Math.ceil(left)} s left`]),
    ].join(', '))
  }
}

/** Aborts at Ctrl-C, so that the command ends by itself. */
export function interruption(): AbortSignal {
  const end = new AbortController()
  process.once('SIGINT', () => end.abort(new Error('Interrupted. The next run continues')))
  return end.signal
}

/** Prints the result of a run. */
export function print(run: SyncRun, dryRun: boolean): void {
  progress('')
  const { name, state, done, changed, error } = run
  consola.log(`${done} users read, ${changed} profiles ${dryRun ? 'would change' : 'changed'}`)
  if (error !== null) consola.error(error)
  else consola.success(`The ${name} is ${state}`)
}

/**
 * Defines a command that applies users to their profiles.
 * @param description  what it does
 * @param start  runs it
 */
export function defineSyncCommand(
  name: string,
  description: string[],
  start: (options: RunOptions) => Promise<SyncRun>,
) {
  return defineCommand({
    meta: { name: `npm run ${name} --`, description: [...description, '', syncHelp].join('\n') },
    args: syncArgs,
    run: ({ args }) => finish(args, syncArgs, async () => {
      const dryRun = Boolean(args['dry-run'])
      const run = await start({
        ...(await prepare()),
        dryRun,
        onProgress: createProgress(),
        signal: interruption(),
      })
      if (args.json) console.log(JSON.stringify(run, undefined, 2))
      else print(run, dryRun)
      return run.error === null
    }),
  })
}

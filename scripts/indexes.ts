import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import type { mongo } from 'mongoose'
import { connect, currentDatabase } from '../server/database/connection.ts'
import { applyIndexes, compareIndexes, describeFailure } from '../server/database/indexes.ts'
import type { IndexDefinition, IndexDifference } from '../server/database/indexes.ts'
import { progress } from './progress.ts'
import { finish, loadEnvironment } from './sync-command.ts'

const options = {
  apply: { type: 'boolean', description: 'Builds, replaces and drops what the plan says' },
  json: { type: 'boolean', description: 'Prints the plan as JSON' },
} as const

const main = defineCommand({
  meta: {
    name: 'npm run indexes --',
    description: [
      'Compares the indexes of the database with those that the app declares, and shows what differs.',
      '',
      'When it starts, the app builds what is missing; it never drops or replaces an index. This command does, with',
      '--apply. Run it after an update of the app, while the app runs. An index of a million profiles takes minutes.',
      '',
      'It reads MONGODB_URI from the environment and .env, or else uses the MongoDB of a running `npm run dev`.',
      '',
      'It exits with 1 if something differs or could not be built.',
    ].join('\n'),
  },
  args: options,
  run: ({ args }) => finish(args, options, async () => {
    const { MONGODB_URI } = await loadEnvironment(['MONGODB_URI'])
    await connect(MONGODB_URI)
    const db = currentDatabase()
    const plan = await compareIndexes(db)
    if (args.json) console.log(JSON.stringify(plan, undefined, 2))
    else await print(db, plan)
    if (plan.length === 0) return true
    if (!args.apply) {
      const hint = 'Add --apply to do this. Before an index is dropped, make sure that no other program uses it'
      if (!args.json) consola.info(hint)
      return false
    }
    const failures = await withProgress(db, () => applyIndexes(db))
    failures.forEach(failure => consola.error(`The ${describeFailure(failure)}`))
    if (failures.length === 0 && !args.json) consola.success('The indexes are as declared')
    return failures.length === 0
  }),
})

async function print(db: mongo.Db, plan: IndexDifference[]): Promise<void> {
  if (plan.length === 0) return consola.success('The indexes are as declared')
  const verbs = { missing: 'build', different: 'replace', undeclared: 'drop' }
  for (const { collection, index, kind, declared, stored } of plan) {
    consola.log(`${verbs[kind].padEnd(8)}${collection}.${index}`)
    if (stored) consola.log(`${' '.repeat(8)}stored   ${toText(stored)}${await usage(db, collection, stored.name)}`)
    if (declared) consola.log(`${' '.repeat(8)}declared ${toText(declared)}`)
  }
}

function toText({ key, name, ...rest }: IndexDefinition & { name?: string }): string {
  const keys = Object.entries(key).map(([field, direction]) => `${field}: ${direction}`).join(', ')
  const others = Object.entries(rest).map(([name, value]) => `, ${name}: ${JSON.stringify(value)}`)
  return `${name === undefined ? '' : `${name} `}{ ${keys} }${others.join('')}`
}

/** How often the server has used an index since it started; nothing where it does not say. */
async function usage(db: mongo.Db, collection: string, index: string): Promise<string> {
  const [found] = await db.collection(collection).aggregate<{ accesses: { ops: number, since: Date } }>([
    { $indexStats: {} }, { $match: { name: index } },
  ]).toArray().catch(() => [])
  return found ? `, used ${found.accesses.ops} times since ${found.accesses.since.toISOString()}` : ''
}

/** Shows how far the server has come with its builds, where it may be asked. */
async function withProgress<T>(db: mongo.Db, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(async () => {
    const filter = { 'command.createIndexes': { $exists: true } }
    const found = await db.admin().command({ currentOp: 1, ...filter }).catch(() => null)
    const lines = (found?.inprog ?? []).flatMap(({ command, progress: part }: mongo.Document) => {
      return part ? [`${command.createIndexes}: ${Math.floor((part.done / part.total) * 100)} %`] : []
    })
    progress(lines.join(', '))
  }, 500)
  try {
    return await work()
  }
  finally {
    clearInterval(timer)
    progress('')
  }
}

await runMain(main)

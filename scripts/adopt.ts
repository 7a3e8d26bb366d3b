import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import mongoose from 'mongoose'
import { embeddedUri } from '../modules/development/embedded-mongodb.ts'
import { closeDatabase, connect, database } from '../server/database/connection.ts'
import { fillDates } from '../server/database/profiles.ts'
import { adopt, isInPlace } from '../server/admin/adopt.ts'
import type { Adoption, AdoptionCounts } from '../server/admin/adopt.ts'
import { dateFormats } from '../shared/date-formats.ts'
import type { DateFormat } from '../shared/date-formats.ts'
import { clerkIdPaths, idOf, idText, pathsOf } from './adopt-options.ts'
import { progress } from './progress.ts'
import { findUnknownOption } from './unknown-option.ts'
import { IndexMissing } from '../server/errors.ts'

const root = join(import.meta.dirname, '..')

const main = defineCommand({
  meta: {
    name: 'npm run adopt --',
    description: [
      'Copies fields about Clerk\'s users from your own documents into the profiles.',
      '',
      'Examples:',
      '  npm run adopt -- --from users --map birthday=dob,country=address.country',
      '  npm run adopt -- --from users --map birthday=dob,country=address.country --write',
      '  npm run adopt -- --from profiles --write',
      '',
      'Fields that --map does not name are read from fields of the same name. The Clerk id is read from the first of',
      `these fields that contains one: ${clerkIdPaths.join(', ')}.`,
      '',
      'Without --write, it only reports what it would do. It converts values like the import: a Date or an ISO time',
      'to a day in UTC, the name of a country to its code, a number to text. For dates such as 12.05.1990 (dmy),',
      '5/12/1990 (mdy) or 33005 (serial, from a spreadsheet), add --date-format. It lists and skips values that it',
      'cannot convert. It never replaces a value that a profile has or that its user cleared, deleted users stay',
      'deleted, and your own documents are only read.',
      '',
      'With --from profiles, it converts the documents in the app\'s own collection in place. Documents without',
      'created_at or updated_at get the time of their _id, because admin lists need these fields.',
      '',
      'You can run it again at any time. If it stops, it prints the --after option to continue with.',
      '',
      'It uses the database in MONGODB_URI (from the environment or .env), or else the MongoDB of a running',
      '`npm run dev`, whose address is in .data/mongodb.uri.',
    ].join('\n'),
  },
  args: {
    'from': { type: 'string', description: 'The collection to read', valueHint: 'collection' },
    'map': { type: 'string', description: 'The dotted paths of fields in your documents', valueHint: 'field=yours,…' },
    'database': { type: 'string', description: 'The database to read, if it is not the app\'s', valueHint: 'name' },
    'date-format': {
      type: 'string',
      default: 'ymd',
      description: 'The format of dates that are stored as text',
      valueHint: dateFormats.join('|'),
    },
    'after': { type: 'string', description: 'Continues after the document with this _id', valueHint: '_id' },
    'write': { type: 'boolean', description: 'Writes the profiles' },
  },
  async run({ args }) {
    const unknown = findUnknownOption(args, main.args!)
    if (unknown) stop(`There is no option --${unknown}. See npm run adopt -- --help`)
    if (!args.from) stop('Name the collection to read, such as --from users')
    const date_format = args['date-format'] as DateFormat
    if (!dateFormats.includes(date_format)) stop(`Give --date-format as one of ${dateFormats.join(', ')}`)
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
    const uri = process.env.MONGODB_URI || (await embeddedUri(join(root, '.data')))
    if (!uri) stop('MONGODB_URI is not set. Set it in .env, or start `npm run dev` to use its database')
    process.env.MONGODB_URI = uri
    try {
      const { paths, named } = pathsOf(args.map ?? '')
      await (args.write ? database() : connect()).catch((error: Error) => {
        if (error instanceof IndexMissing) throw error
        throw new Error(`No database at MONGODB_URI: ${error.message}`, { cause: error })
      })
      const source = await findSource(args.from, args.database, named)
      if (isInPlace(source) && paths.clerk_id !== clerkIdPaths) {
        throw new Error('The app finds its own profiles by clerk_id. Rename your collection, and name it with --from')
      }
      await run({
        source,
        paths,
        date_format,
        write: Boolean(args.write),
        after: args.after === undefined ? undefined : idOf(args.after),
      })
    }
    catch (error) {
      stop((error as Error).message)
    }
    finally {
      await closeDatabase()
    }
  },
})

/** @throws Error when the collection does not exist, or no document contains one of the paths */
async function findSource(name: string, databaseName: string | undefined, paths: string[]) {
  const { connection } = mongoose
  const db = connection.getClient().db(databaseName ?? connection.name)
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(collection => collection.name)
  if (!names.includes(name)) {
    const list = names.toSorted().join(', ') || 'none'
    throw new Error(`The database ${db.databaseName} has no collection ${name}. It has: ${list}`)
  }
  const source = db.collection(name)
  for (const path of paths) {
    if (await source.findOne({ [path]: { $exists: true } }, { projection: { _id: 1 } })) continue
    const list = Object.keys((await source.findOne()) ?? {}).join(', ') || 'nothing'
    throw new Error(`No document of ${name} has ${path}. The first one has: ${list}`)
  }
  return source
}

async function run(adoption: Adoption): Promise<void> {
  const { source, write } = adoption
  const total = await source.estimatedDocumentCount()
  const sums: AdoptionCounts = {
    read: 0,
    changed: 0,
    alreadySet: 0,
    inconvertible: 0,
    withoutClerkId: 0,
    deleted: 0,
    contested: 0,
  }
  let { after: last } = adoption
  let isStopped = false
  process.once('SIGINT', () => (isStopped = true))
  try {
    for await (const batch of adopt(adoption)) {
      progress('')
      for (const { _id, clerk_id, field, reason } of batch.inconvertible) {
        consola.warn(`${idText(_id)} ${clerk_id} ${field}: ${reason}`)
      }
      for (const [name, count] of Object.entries(batch.counts)) sums[name as keyof AdoptionCounts] += count
      last = batch.last
      const changed = write ? 'changed' : 'to change'
      progress(`${sums.read} of about ${total} documents read, ${sums.changed} profiles ${changed}`)
      if (isStopped) throw new Error('Stopped')
    }
    if (write && isInPlace(source)) await fillDates()
  }
  catch (error) {
    const next = last === undefined ? 'Run it again' : `Continue with --after '${idText(last)}'`
    throw new Error(`${(error as Error).message}. ${next}`, { cause: error })
  }
  finally {
    progress('')
    report(sums, write)
  }
}

function report(sums: AdoptionCounts, write: boolean): void {
  const lines: [label: string, count: number][] = [
    ['Documents read', sums.read],
    [write ? 'Profiles changed' : 'Profiles that would change', sums.changed],
    ['Values whose field is already set', sums.alreadySet],
    ['Values that cannot be converted', sums.inconvertible],
    ['Documents without a Clerk id', sums.withoutClerkId],
    ['Documents of deleted users, who stay deleted', sums.deleted],
    ['Profiles that changed during the run: run it again', sums.contested],
  ]
  for (const [label, count] of lines) consola.log(`${label}: ${count}`)
  if (!write) consola.info('Nothing was written. Add --write to write the profiles')
}

function stop(message: string): never {
  progress('')
  consola.error(message)
  process.exit(1)
}

await runMain(main)

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
import { IndexMissing } from '../server/errors.ts'

const root = join(import.meta.dirname, '..')

const main = defineCommand({
  meta: {
    name: 'npm run adopt --',
    description: [
      'Takes what your own documents say of Clerk\'s users into the profiles.',
      '',
      'Examples:',
      '  npm run adopt -- --from users --map birthday=dob,country=address.country',
      '  npm run adopt -- --from users --map birthday=dob,country=address.country --write',
      '  npm run adopt -- --from profiles --write',
      '',
      'A field that --map does not name is taken from a field of the same name, and the Clerk id from the first of',
      `these that has one: ${clerkIdPaths.join(', ')}.`,
      '',
      'It only says what it would do, until you add --write. Values are converted as the import converts them:',
      'a Date and an ISO time become a day in UTC, the name of a country its code, a number a text. For texts such',
      'as 12.05.1990 (dmy), 5/12/1990 (mdy) or 33005 (serial, of a spreadsheet) add --date-format. What cannot be',
      'converted is listed by document and left out. A value that a profile has, or that its user cleared, is never',
      'replaced, and deleted users stay deleted. Your documents are only read.',
      '',
      'With --from profiles it converts the documents in the app\'s own collection where they are, and gives those',
      'without created_at or updated_at the time of their _id: only with these are they in the admins\' lists.',
      '',
      'You may run it again at any time. Where it stops, it prints the --after to go on with.',
      '',
      'It works on the database of MONGODB_URI (the environment, .env), else on the MongoDB of a running',
      '`npm run dev`, which keeps its address in .data/mongodb.uri.',
    ].join('\n'),
  },
  args: {
    'from': { type: 'string', description: 'The collection to read', valueHint: 'collection' },
    'map': { type: 'string', description: 'Where your documents have each field, dotted', valueHint: 'field=yours,…' },
    'database': { type: 'string', description: 'The database to read, where it is not the app\'s', valueHint: 'name' },
    'date-format': {
      type: 'string',
      default: 'ymd',
      description: 'How texts write dates',
      valueHint: dateFormats.join('|'),
    },
    'after': { type: 'string', description: 'Goes on after the document with this _id', valueHint: '_id' },
    'write': { type: 'boolean', description: 'Writes the profiles' },
  },
  async run({ args }) {
    const unknown = Object.keys(args).find(name => name !== '_' && !(name in main.args! || name === 'dateFormat'))
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

/** @throws Error where there is no such collection, or none of its documents has one of the paths */
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
    const next = last === undefined ? 'Run it again' : `Go on with --after '${idText(last)}'`
    throw new Error(`${(error as Error).message}. ${next}`, { cause: error })
  }
  finally {
    progress('')
    report(sums, write)
  }
}

function report(sums: AdoptionCounts, write: boolean): void {
  for (const [label, count] of [
    ['Documents read', sums.read],
    [write ? 'Profiles changed' : 'Profiles that would change', sums.changed],
    ['Values whose field is set already', sums.alreadySet],
    ['Values that cannot be converted', sums.inconvertible],
    ['Documents without a Clerk id', sums.withoutClerkId],
    ['Documents of deleted users, who stay deleted', sums.deleted],
    ['Profiles that changed meanwhile: run it again', sums.contested],
  ] as const)
    consola.log(`${label}: ${count}`)
  if (!write) consola.info('Nothing was written. Add --write to do it')
}

function stop(message: string): never {
  progress('')
  consola.error(message)
  process.exit(1)
}

await runMain(main)

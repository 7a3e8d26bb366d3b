import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { defineCommand, runMain } from 'citty'
import { consola } from 'consola'
import mongoose from 'mongoose'
import { embeddedUri } from '../modules/development/embedded-mongodb.ts'
import { progress } from './progress.ts'

const dataDir = join(import.meta.dirname, '..', '.data')

/** The state of Local Clerk, from its control API. */
interface State {
  users: number
  waiting: number
  idle: boolean
  seeding: { done: number, count: number } | null
}

const main = defineCommand({
  meta: {
    name: 'npm run seed --',
    description: [
      'Fills Local Clerk with people. Their profiles reach the app by webhook, like those of real users.',
      '',
      'The people are the same each time. They have names and pictures from many countries and some empty fields; one',
      'in seven is in the directory, and some are deleted. People that already exist are not changed.',
      'The app must be running: start it with `npm run dev`.',
    ].join('\n'),
  },
  args: {
    count: { type: 'positional', default: '3000', description: 'The total number of people' },
    reset: { type: 'boolean', description: 'First deletes every user, and every profile in the embedded MongoDB' },
    url: { type: 'string', default: 'http://localhost:3000', description: 'Where the app runs' },
  },
  async run({ args }) {
    const count = Number(args.count)
    if (!Number.isInteger(count) || count < 1 || count > 1_000_000) {
      stop(`Give a whole number of people from 1 to 1000000, not ${args.count}`, 2)
    }
    const started = Date.now()
    await ask<State>(args.url)
    if (args.reset) await reset(args.url)
    consola.start(`Creating ${count} people`)
    let failure: Error | undefined
    let isSeeded = false
    void ask(args.url, '/seed', { count, live: true }).then(
      () => (isSeeded = true),
      (error: Error) => (failure = error),
    )
    // Checks twice, because a message may be sent just after the first check.
    for (let quiet = 0; quiet < 2 && !failure;) {
      await sleep(500)
      const { seeding, waiting, idle } = await ask<State>(args.url)
      quiet = isSeeded && idle ? quiet + 1 : 0
      progress(
        seeding && seeding.done < seeding.count
          ? `${seeding.done} of ${seeding.count} people have signed up`
          : `${count} people have signed up, ${waiting} webhooks are waiting`,
      )
    }
    progress('')
    if (failure) stop(failure.message)
    const { users } = await ask<State>(args.url)
    consola.success(
      `${users} users after ${((Date.now() - started) / 1_000).toFixed(1)} s. `
      + `Sign in as admin@example.com to see them at ${args.url}/admin/users`,
    )
  },
})

async function ask<T>(url: string, path = '', body?: object): Promise<T> {
  const response = await fetch(
    `${url}/__clerk/control${path}`,
    body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    },
  ).catch(() => stop(`No response from ${url}. Start the app first: npm run dev`))
  const answer = (await response.json().catch(() => undefined)) as T & { errors?: { long_message: string }[] }
  if (response.ok && answer) return answer
  if (answer?.errors) throw new Error(answer.errors[0]!.long_message)
  return stop(`The app at ${url} runs without Local Clerk. Unset Clerk's keys to use Local Clerk`)
}

async function reset(url: string): Promise<void> {
  const uri = process.env.MONGODB_URI ? undefined : await embeddedUri(dataDir)
  if (!uri) {
    consola.warn('The profiles are not deleted: --reset deletes only those in the embedded MongoDB of `npm run dev`')
  }
  else {
    await mongoose.connect(uri, { serverSelectionTimeoutMS: 5_000 })
    // Deletes documents instead of collections, so that the app's indexes stay.
    for (const collection of await mongoose.connection.db!.collections()) await collection.deleteMany({})
    await mongoose.disconnect()
  }
  // Comes last, because it sends the events of the first four users.
  await ask(url, '/reset', {})
}

function stop(message: string, code = 1): never {
  progress('')
  consola.error(message)
  process.exit(code)
}

await runMain(main)

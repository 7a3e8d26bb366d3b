import mongoose from 'mongoose'
import { within } from '../deadline.ts'
import { environment } from '../environment.ts'
import { describeDifference, describeFailure, openIndexes, refreshIndexes } from './indexes.ts'
import type { IndexState } from './indexes.ts'
import { validateProfiles } from './profile-shape.ts'
import { fillDates } from './profiles.ts'
import { openRateLimits } from './rate-limits.ts'

let opening: Promise<void> | undefined
let indexes: IndexState = { differences: [], failures: [] }
/** How long what was found of the indexes stands, in milliseconds. */
const indexesMS = 30_000
let indexesAt = 0
/** Ends what goes on in the background. */
let closing = new AbortController()
let validatorFailure: string | undefined

/**
 * Connects to the database and builds its missing indexes. All callers share one attempt; after a failure, the next
 * caller starts another. Once connected, the driver reconnects by itself.
 * @throws Error when MONGODB_URI is not set, or the database does not respond within 5 seconds
 * @throws IndexMissing when an index that writes rely on cannot be built
 */
export function database(): Promise<void> {
  opening ??= open().catch((error) => {
    opening = undefined
    throw error
  })
  return opening
}

/**
 * Connects without building indexes, which is enough to read.
 * @throws Error when MONGODB_URI is not set, or the database does not respond within 5 seconds
 */
export async function connect(uri = environment().MONGODB_URI): Promise<void> {
  if (!uri) throw new Error('MONGODB_URI is not set')
  await mongoose.connect(uri, {
    // A database in the address takes precedence.
    dbName: /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri) ? undefined : 'addendum',
    appName: 'addendum',
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
    serverSelectionTimeoutMS: 5_000,
    // The driver's timeoutMS has no effect (mongodb 7.8). Each call has a deadline of our own, `within`, and the socket
    // timeout ends what a frozen server still holds.
    socketTimeoutMS: 70_000,
  })
}

/** The database, when the app is connected and its indexes are built. */
export async function connectedDatabase(): Promise<mongoose.mongo.Db> {
  await database()
  return currentDatabase()
}

/** The driver's collection, when the app is connected and its indexes are built. */
export async function collection<Row extends mongoose.mongo.Document>(name: string) {
  return (await connectedDatabase()).collection<Row>(name)
}

/** The database of the connection. */
export function currentDatabase(): mongoose.mongo.Db {
  return mongoose.connection.db!
}

async function open(): Promise<void> {
  await connect()
  closing = new AbortController()
  // The sync relies on the unique index, so no write may come before it.
  ;[indexes] = await Promise.all([openIndexes(currentDatabase(), closing.signal), openRateLimits()])
  // A failure is not fatal: Zod validates the app's own writes.
  validatorFailure = await validateProfiles().then(
    () => undefined,
    (error: Error) => error.message,
  )
  // Lists lack these rows until it is done. The next start repeats what fails.
  fillDates().catch(() => {})
}

/** The indexes that could not be built and that the app can run without, one line each. */
export const indexFailures = () => indexes.failures.map(describeFailure)

/** The declared indexes of which the database has another definition, one line each. The app can run with them. */
export const indexDifferences = () =>
  indexes.differences.filter(({ kind }) => kind === 'different').map(describeDifference)

/** Why MongoDB does not validate profiles that other programs write; undefined when it does. */
export const whyUnchecked = () => validatorFailure

/**
 * Checks that the database responds.
 * @throws IndexMissing that names an index which could not be built
 * @throws Error when the database does not respond within 800 milliseconds; an attempt to connect goes on
 */
export async function ping(): Promise<void> {
  await within(
    800,
    database().then(() => mongoose.connection.db!.admin().ping()),
  )
  const isFine = indexes.failures.length + indexes.differences.length === 0
  if (isFine || Date.now() - indexesAt < indexesMS) return
  indexesAt = Date.now()
  refreshIndexes(currentDatabase(), indexes).catch(() => {})
}

export async function closeDatabase(): Promise<void> {
  opening = undefined
  closing.abort()
  await mongoose.disconnect()
}

import mongoose from 'mongoose'
import { within } from '../deadline.ts'
import { environment } from '../environment.ts'
import { Audit } from './audit.ts'
import { Delivery } from './deliveries.ts'
import { buildIndexes, describeFailure } from './indexes.ts'
import type { IndexFailure } from './indexes.ts'
import { validateProfiles } from './profile-shape.ts'
import { fillDates, Profile } from './profiles.ts'
import { openRateLimits } from './rate-limits.ts'
import { SavedViewRow } from './saved-views.ts'

let opening: Promise<void> | undefined
let failures: IndexFailure[] = []
let validatorFailure: string | undefined

/**
 * Connects to the database and builds its indexes. All callers share one attempt; after a failure, the next caller
 * starts another. Once connected, the driver reconnects by itself.
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

/** The driver's collection, when the app is connected and its indexes are built. */
export async function collection<Row extends mongoose.mongo.Document>(name: string) {
  await database()
  const { connection } = mongoose
  return connection.getClient().db(connection.name).collection<Row>(name)
}

async function open(): Promise<void> {
  await connect()
  // The sync relies on the unique index, so no write may come before it.
  const models = [Profile, Delivery, Audit, SavedViewRow] as unknown as Parameters<typeof buildIndexes>[0]
  ;[failures] = await Promise.all([buildIndexes(models), openRateLimits()])
  // A failure is not fatal: Zod validates the app's own writes.
  validatorFailure = await validateProfiles().then(
    () => undefined,
    (error: Error) => error.message,
  )
  // Lists lack these rows until it is done. The next start repeats what fails.
  fillDates().catch(() => {})
}

/** The indexes that could not be built and that the app can run without, one line each. */
export const indexFailures = () => failures.map(describeFailure)

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
}

export async function closeDatabase(): Promise<void> {
  opening = undefined
  await mongoose.disconnect()
}

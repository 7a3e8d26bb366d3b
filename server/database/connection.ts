import mongoose from 'mongoose'
import { requestTimeoutMS, within } from '../deadline.ts'
import { Audit } from './audit.ts'
import { Delivery } from './deliveries.ts'
import { Profile } from './profiles.ts'
import { openRateLimits } from './rate-limits.ts'
import { SavedViewRow } from './saved-views.ts'

let opening: Promise<void> | undefined

/**
 * The database, connected and with its indexes built. All callers share one attempt; after a failed
 * one the next caller starts another. Once connected, the driver reconnects by itself.
 * @throws Error when MONGODB_URI is not set, or the database does not answer within 5 seconds
 */
export function database(): Promise<void> {
  opening ??= open().catch((error) => {
    opening = undefined
    throw error
  })
  return opening
}

async function open(): Promise<void> {
  const uri = process.env.MONGODB_URI
  if (!uri) throw new Error('MONGODB_URI is not set')
  await mongoose.connect(uri, {
    // A database named in the address wins.
    dbName: /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri) ? undefined : 'addendum',
    appName: 'addendum',
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
    serverSelectionTimeoutMS: 5_000,
  })
  // The sync relies on the unique index: no write comes before it.
  await Promise.all([...[Profile, Delivery, Audit, SavedViewRow].map(model => model.createIndexes()), openRateLimits(requestTimeoutMS)])
}

/**
 * Asks the database whether it is there.
 * @throws Error when it does not answer within 2 seconds, or its indexes could not be built
 */
export async function ping(): Promise<void> {
  await within(2_000, database())
  await mongoose.connection.db?.admin().ping({ timeoutMS: 2_000 })
}

export async function closeDatabase(): Promise<void> {
  opening = undefined
  await mongoose.disconnect()
}

import { defineNitroPlugin } from 'nitropack/runtime'
import { closeDatabase, database, indexDifferences, indexFailures, whyUnchecked } from '../database/connection.ts'
import { log } from '../utils/log.ts'
import { webhookSync } from '../utils/webhook-sync.ts'
import { environment, InvalidEnvironment } from '../environment.ts'
import { IndexMissing } from '../errors.ts'

// Clerk's own names of variables that Nuxt reads with its prefix.
const aliases = {
  CLERK_PUBLISHABLE_KEY: 'NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY',
  CLERK_SECRET_KEY: 'NUXT_CLERK_SECRET_KEY',
}

const required = {
  MONGODB_URI: 'the address of your MongoDB, such as mongodb://localhost:27017/addendum',
  NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'from Clerk\'s dashboard, API keys; or build and start with LOCAL_CLERK=1',
  NUXT_CLERK_SECRET_KEY: 'from Clerk\'s dashboard, API keys; or build and start with LOCAL_CLERK=1',
}

/** What is wrong with the environment, a line for each variable. */
function findFaults(): string[] {
  try {
    const set = environment()
    const missing = Object.entries(required).filter(([name]) => !set[name as keyof typeof required])
    return missing.map(([name, meaning]) => `${name} is not set: ${meaning}`)
  }
  catch (error) {
    if (error instanceof InvalidEnvironment) return error.message.split('\n')
    throw error
  }
}

export default defineNitroPlugin((nitro) => {
  for (const [theirs, ours] of Object.entries(aliases)) {
    if (process.env[theirs] && !process.env[ours]) process.env[ours] = process.env[theirs]
  }
  const faults = findFaults()
  if (faults.length > 0) {
    for (const fault of faults) log.error(fault, {})
    process.exit(1)
  }
  // Not awaited: a request that needs the database shares this attempt, or starts the next one.
  database().then(
    () => {
      const failures = indexFailures()
      for (const error of failures) log.error('An index is missing: searches are slow until it is built', { error })
      for (const error of indexDifferences()) log.warn('Searches are slow, or expired data stays', { error })
      const unchecked = whyUnchecked()
      if (unchecked) log.warn('MongoDB does not validate profiles that other programs write', { error: unchecked })
      if (failures.length === 0) log.info('Database connected', {})
    },
    (error: Error) => log.error(error instanceof IndexMissing
      ? 'An index that writes rely on is missing; trying again with the next request'
      : 'The database is unavailable; trying again with the next request', { error: error.message }),
  )
  nitro.hooks.hook('close', async () => {
    await webhookSync().drain()
    await closeDatabase()
    log.info('Stopped', {})
  })
})

import { z } from 'zod'
import { collection } from '../database/connection.ts'
import { alive } from '../database/profile-filters.ts'
import type { ProfileDocument } from '../database/profiles.ts'
import { durable } from '../database/durable.ts'
import { clerkId, milliseconds, parse } from './decode.ts'
import type { Handler } from './handle.ts'

/** The parts of the event that are used. Clerk sends many more. */
const startedSession = z.object({ user_id: clerkId, created_at: milliseconds })

/**
 * Keeps the time of a user's last sign-in, if LAST_SEEN is on. It is also the example of a handler for another event:
 * decode what you use, and write once, so that the order and the number of deliveries do not matter.
 */
export const keepLastSeen: Handler<'session.created'> = async ({ data }) => {
  const { user_id, created_at } = parse(startedSession, data)
  const at = new Date(created_at)
  const profiles = await collection<ProfileDocument>('profiles')
  // Not an upsert: only an event about the user creates a profile, and nothing brings a deleted user back.
  const before = await profiles.findOneAndUpdate(
    alive(user_id),
    // A late or repeated event never moves it back.
    { $max: { last_seen_at: at } },
    { projection: { last_seen_at: 1 }, writeConcern: durable },
  )
  if (!before) return { outcome: 'ignored', note: 'This user has no profile yet, or was deleted' }
  return { outcome: before.last_seen_at && before.last_seen_at > at ? 'stale' : 'applied' }
}

import { tokenFields } from '../../shared/token.ts'
import { within } from '../deadline.ts'
import { publish } from '../profiles/publish.ts'
import { log } from './log.ts'
import { syncOptions } from './sync-options.ts'

/** How long a request waits until Clerk has the fields of the session token, in milliseconds. */
const patienceMS = 2_000

/** Sends a user's changed fields to the session token. If that fails or takes long, the schedule repeats it. */
export async function publishNow(clerk_id: string): Promise<void> {
  if (tokenFields().length === 0) return
  await within(patienceMS, publish(syncOptions().clerk, clerk_id)).catch((error: Error) => {
    log.warn('Fields are not in the session token yet', { clerk_id, error: error.message })
  })
}

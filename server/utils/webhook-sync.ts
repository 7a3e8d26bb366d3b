import { within } from '../deadline.ts'
import { environment } from '../environment.ts'
import { createAppSync } from '../sync/app-sync.ts'
import { readSigningSecrets } from '../sync/signing-secrets.ts'
import { forgetIdentity } from './identities.ts'
import { log } from './log.ts'
import { processMetrics } from './metrics.ts'
import { syncOptions } from './sync-options.ts'

/** Clerk's signing secrets from the environment. A malformed one is left out and logged by the variable's name. */
function signingSecrets(): string[] {
  const { name, wellFormed, malformed } = readSigningSecrets(environment())
  if (malformed.length > 0) {
    log.error(`${name} contains ${malformed.length} malformed secret(s). A secret is whsec_ followed by base64`, {})
  }
  return wellFormed
}

let sync: ReturnType<typeof createAppSync> | undefined

/** The process's endpoint for webhooks, created when the environment is complete. */
export function webhookSync() {
  if (sync) return sync
  const { DELETE_MODE, GROUP_COMMIT, LAST_SEEN, METRICS_TOKEN } = environment()
  return sync = createAppSync({
    signingSecrets: signingSecrets(),
    deleteMode: DELETE_MODE,
    groupCommit: GROUP_COMMIT === 'on',
    log,
    onUserChange: forgetIdentity,
    // Nobody can read the metrics without a token.
    observer: METRICS_TOKEN ? processMetrics().observer : undefined,
    lastSeen: LAST_SEEN === 'on',
    findInstance: () => syncOptions().clerk.getInstance(1),
  })
}

/** The maximum pause between two writes of an import, in milliseconds. */
const maxPauseMS = 100

/** Waits until the events that this process is handling now are answered: bulk work leaves them the database. */
export async function letEventsPass(): Promise<void> {
  await within(maxPauseMS, webhookSync().drain()).catch(() => {})
}

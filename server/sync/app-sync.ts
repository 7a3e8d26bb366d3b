import { applyAll, recordAll } from '../database/sync-store.ts'
import type { ApplyOptions } from './apply.ts'
import { createCommit } from './commit.ts'
import { createSync } from './create-sync.ts'
import type { SyncOptions } from './create-sync.ts'
import { handlersOf } from './handlers.ts'
import { createInstanceGuard } from './instance-guard.ts'
import { readSeeds } from './profile-rules.ts'

type Shared = Pick<SyncOptions, 'log' | 'groupCommit' | 'onUserChange' | 'observer'>

interface AppSyncOptions extends Shared, Pick<ApplyOptions, 'deleteMode'> {
  signingSecrets: string[]
  /** Whether a sign-in sets `last_seen_at` on the profile. */
  lastSeen?: boolean
  /** Asks Clerk which instance the secret key belongs to. */
  findInstance?: () => Promise<string>
}

/** Creates the sync with this app's handlers, database and profile. */
export function createAppSync(
  { signingSecrets, deleteMode, lastSeen = false, findInstance, ...options }: AppSyncOptions,
) {
  return createSync({
    ...options,
    signingSecret: signingSecrets,
    handlers: handlersOf({ lastSeen }),
    store: {
      commit: createCommit({ applyAll, recordAll, deleteMode, onWrite: options.observer?.wrote }),
      readSeeds,
    },
    requireInstance: createInstanceGuard(findInstance),
    // server/plugins/shutdown.ts stops the whole app.
    signals: false,
  })
}

import { environment } from '../environment.ts'
import { createReceiver } from '../sync/receive.ts'
import { forgetIdentity } from './identities.ts'
import { log } from './log.ts'
import { syncOptions } from './sync-options.ts'

/**
 * Clerk's signing secrets from the environment: two, separated by a space, during a rotation.
 * A malformed one is left out and logged by the variable's name: it would reject every event as forged.
 */
function signingSecrets(): string[] {
  const set = environment()
  const names = ['NUXT_CLERK_WEBHOOK_SIGNING_SECRET', 'CLERK_WEBHOOK_SIGNING_SECRET'] as const
  const name = names.find(each => set[each]) ?? names[0]
  const secrets = (set[name] ?? '').split(/\s+/).filter(Boolean)
  const wellFormed = secrets.filter(secret => /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret))
  if (wellFormed.length < secrets.length) {
    const count = secrets.length - wellFormed.length
    log.error(`${name} contains ${count} malformed secret(s). A secret is whsec_ followed by base64`, {})
  }
  return wellFormed
}

let receiver: ReturnType<typeof createReceiver> | undefined

/** The process's webhook receiver, created when the environment is complete. */
export function webhookReceiver() {
  if (receiver) return receiver
  const { DELETE_MODE, GROUP_COMMIT } = environment()
  return receiver = createReceiver({
    signingSecrets: signingSecrets(),
    deleteMode: DELETE_MODE,
    groupCommit: GROUP_COMMIT === 'on',
    log,
    onUserChange: forgetIdentity,
    findInstance: () => syncOptions().clerk.getInstance(1),
  })
}

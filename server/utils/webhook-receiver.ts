import { environment } from '../environment.ts'
import { createReceiver } from '../sync/receive.ts'
import { forgetIdentity } from './identities.ts'
import { log } from './log.ts'

/**
 * Clerk's signing secrets from the environment: two, separated by a space, while rotating.
 * A malformed one counts as none, and is told by name: it would refuse every event as forged.
 */
function signingSecrets(): string[] {
  const set = environment()
  const name = set.NUXT_CLERK_WEBHOOK_SIGNING_SECRET ? 'NUXT_CLERK_WEBHOOK_SIGNING_SECRET' : 'CLERK_WEBHOOK_SIGNING_SECRET'
  const secrets = (set[name] ?? '').split(/\s+/).filter(Boolean)
  const wellFormed = secrets.filter(secret => /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret))
  if (wellFormed.length < secrets.length) {
    log.error(`${name} holds ${secrets.length - wellFormed.length} malformed secret(s): each is whsec_ and base64`, {})
  }
  return wellFormed
}

let receiver: ReturnType<typeof createReceiver> | undefined

/** This process's one receiver of webhooks, made when the environment is complete. */
export function webhookReceiver() {
  if (receiver) return receiver
  const { DELETE_MODE, GROUP_COMMIT } = environment()
  return receiver = createReceiver({
    signingSecrets: signingSecrets(),
    deleteMode: DELETE_MODE,
    groupCommit: GROUP_COMMIT === 'on',
    log,
    onUserChange: forgetIdentity,
  })
}

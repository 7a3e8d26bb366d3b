import type { Check } from '../../../shared/sync.ts'
import { readSigningSecrets } from '../signing-secrets.ts'
import { failed, inspect, ok, warning } from './finding.ts'

/** Svix generates 24 bytes. */
const usualLength = 24
const endpoint = 'Copy it again from the endpoint\'s page in Clerk\'s dashboard, Webhooks'

/** Whether the webhook signing secrets are set, and can be decoded. */
export function checkSigningSecrets(env: NodeJS.ProcessEnv): Promise<Check> {
  return inspect('Signing secret', () => {
    const { name, wellFormed, malformed } = readSigningSecrets(env)
    const count = wellFormed.length + malformed.length
    if (count === 0) {
      const other = ['CLERK_WEBHOOK_SECRET', 'WEBHOOK_SECRET', 'SIGNING_SECRET'].find(each => env[each])
      return failed(
        `${name} is not set${other ? `, but ${other} is` : ''}: every webhook is answered 503`,
        other ? `Rename ${other} to ${name}` : `Set ${name} to the endpoint's signing secret (whsec_…) and restart`,
      )
    }
    if (malformed.length > 0) {
      const which = count === 1 ? name : `Secret ${malformed.join(' and ')} of ${count} in ${name}`
      return failed(`${which} is not whsec_ followed by base64`, endpoint)
    }
    const short = wellFormed.findIndex(secret => bytesOf(secret) < usualLength)
    if (short >= 0) {
      const which = count === 1 ? name : `Secret ${short + 1} of ${count} in ${name}`
      const bytes = bytesOf(wellFormed[short]!)
      return warning(`${which} decodes to ${bytes} bytes, and Clerk's to ${usualLength}: it may be cut off`, endpoint)
    }
    if (new Set(wellFormed).size < count) {
      return warning(`${name} contains the same secret twice`, 'Remove one of them')
    }
    if (count > 2) {
      return warning(
        `${name} contains ${count} secrets`,
        'Remove those that were replaced more than a day ago: each can sign an event',
      )
    }
    return ok(count === 1 ? `${name} can be decoded` : `Both secrets in ${name} can be decoded (a rotation)`)
  })
}

function bytesOf(secret: string): number {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length
}

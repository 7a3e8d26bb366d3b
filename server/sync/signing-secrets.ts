import { readClerkVariable } from '../clerk/variables.ts'

/** The webhook signing secrets of an environment. */
interface SigningSecrets {
  /** The variable that they are in. */
  name: string
  wellFormed: string[]
  /** Their positions, from 1. */
  malformed: number[]
}

/**
 * Reads Clerk's signing secrets: one, or during a rotation two, separated by a space. A malformed secret would reject
 * every event as forged, so it is kept apart.
 */
export function readSigningSecrets(env: Record<string, unknown>): SigningSecrets {
  const { name, value } = readClerkVariable('NUXT_CLERK_WEBHOOK_SIGNING_SECRET', env)
  const secrets = value.split(/\s+/).filter(Boolean)
  return {
    name,
    wellFormed: secrets.filter(isWellFormed),
    malformed: secrets.flatMap((secret, index) => isWellFormed(secret) ? [] : index + 1),
  }
}

function isWellFormed(secret: string): boolean {
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)
}

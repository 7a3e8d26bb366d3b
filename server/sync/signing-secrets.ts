import { readClerkVariable } from '../clerk/variables.ts'

interface SigningSecrets {
  wellFormed: string[]
  /** Their positions, from 1. */
  malformed: number[]
}

/**
 * Reads Clerk's signing secrets: one, or during a rotation two, separated by a space. A malformed secret would reject
 * every event as forged, so it is kept apart.
 */
export function readSecrets(value: string): SigningSecrets {
  const secrets = value.split(/\s+/).filter(Boolean)
  return {
    wellFormed: secrets.filter(isWellFormed),
    malformed: secrets.flatMap((secret, index) => isWellFormed(secret) ? [] : index + 1),
  }
}

/** Reads the signing secrets of an environment, and the name of the variable that they are in. */
export function readSigningSecrets(env: Record<string, unknown>): SigningSecrets & { name: string } {
  const { name, value } = readClerkVariable('NUXT_CLERK_WEBHOOK_SIGNING_SECRET', env)
  return { name, ...readSecrets(value) }
}

function isWellFormed(secret: string): boolean {
  return /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)
}

import { errors } from './errors.ts'
import type { SocialStrategy } from './social/providers.ts'

const lifetime = 10 * 60_000

/** Always accepted, as in Clerk's test mode. */
export const testCode = '424242'

/** Clerk's name of the object, for each strategy. */
const objects = {
  password: 'verification_password',
  ticket: 'verification_ticket',
  email_code: 'verification_otp',
  phone_code: 'verification_otp',
  reset_password_email_code: 'verification_otp',
  reset_password_phone_code: 'verification_otp',
  email_link: 'verification_email_link',
  passkey: 'verification_passkey',
  totp: 'verification_totp',
  backup_code: 'verification_backup_code',
}

/** By a social provider; of an email address, by what the provider tells. */
type ProviderStrategy = SocialStrategy | `from_${SocialStrategy}`

export type VerificationStrategy = keyof typeof objects | ProviderStrategy

function objectOf(strategy: VerificationStrategy): string {
  if (strategy in objects) return objects[strategy as keyof typeof objects]
  return strategy.startsWith('from_') ? 'verification_from_oauth' : 'verification_oauth'
}

/** The proof of an identity, which begins when a code or a link is sent. */
export interface Verification {
  object: string
  status: 'unverified' | 'verified' | 'failed' | 'expired' | 'transferable'
  strategy: VerificationStrategy
  attempts: number
  expire_at: number
  /** The browser in which the emailed link was opened. */
  verified_at_client?: string
  /** The emailed link that verifies it. */
  link_id?: string
  /** The options, as JSON, by which the browser signs with a passkey. */
  nonce?: string
  /** Where the browser goes to verify it. */
  external_verification_redirect_url?: string
  /** Why it has failed, or who else has the account at the provider. */
  error?: object
}

/** @param now  milliseconds since the epoch, by the clock that tests can move */
export function newVerification(strategy: VerificationStrategy, now: number): Verification {
  return { object: objectOf(strategy), status: 'unverified', strategy, attempts: 0, expire_at: now + lifetime }
}

export function verified(strategy: VerificationStrategy, now: number): Verification {
  return { ...newVerification(strategy, now), status: 'verified' }
}

/** As the APIs answer it. */
export function verificationJSON({ link_id: _, ...verification }: Verification, now: number) {
  const isExpired = verification.status === 'unverified' && verification.expire_at <= now
  return { ...verification, status: isExpired ? 'expired' as const : verification.status }
}

/**
 * Checks a code, and marks the verification as verified.
 * @throws ClerkError when no code was sent, or it has expired, was used, or is another one
 */
export function attemptCode(
  verification: Verification | null | undefined,
  { strategy, code }: { strategy?: string, code?: string },
  now: number,
): Verification {
  if (!verification || verification.strategy !== strategy) throw errors.verificationMissing()
  if (verification.status !== 'unverified') throw errors.alreadyVerified()
  if (verification.expire_at <= now) throw errors.verificationExpired()
  if (code !== testCode) throw errors.codeIncorrect()
  return { ...verification, status: 'verified', attempts: verification.attempts + 1 }
}

import { errors } from '../../errors.ts'
import { newVerification, verified } from '../../verifications.ts'
import type { Verification } from '../../verifications.ts'
import { siteOf } from '../passkeys.ts'
import type { Step, Strategy } from './strategy.ts'

type PasskeyStep = Pick<Step, 'context' | 'event' | 'form' | 'verification'>

/** @param userId  whose passkeys to ask for; without one, any passkey for this app */
export function preparePasskey({ context, event }: PasskeyStep, userId?: string | null): Verification {
  const options = context.passkeys.requestOptions(siteOf(context, event).rpId, userId)
  return { ...newVerification('passkey', context.reverification.now()), nonce: JSON.stringify(options) }
}

/**
 * @returns the id of the user whose passkey it is
 * @throws ClerkError when it was not asked for, or is not that of the expected user
 */
export function attemptPasskey({ context, event, form, verification }: PasskeyStep, userId?: string | null): string {
  if (verification?.strategy !== 'passkey' || !verification.nonce) throw errors.verificationMissing()
  if (verification.expire_at <= context.reverification.now()) throw errors.verificationExpired()
  const { challenge } = JSON.parse(verification.nonce)
  return context.passkeys.authenticate(form.public_key_credential, { ...siteOf(context, event), challenge }, userId)
}

export const passkey: Strategy = {
  factors: ({ passkeys }, settings) => settings.passkeys && passkeys.length > 0 ? [{ strategy: 'passkey' }] : [],

  prepare: step => preparePasskey(step, step.account.id),

  attempt(step) {
    attemptPasskey(step, step.account.id)
    return verified('passkey', step.context.reverification.now())
  },
}

import { ClerkError, errors } from '../../errors.ts'
import type { SettingsValues } from '../../settings.ts'
import type { Verification } from '../../verifications.ts'
import type { SignIn } from '../../attempts.ts'
import {
  email_code, phone_code, reset_password_email_code, reset_password_phone_code, secondPhoneCode,
} from './codes.ts'
import { email_link } from './email-link.ts'
import { passkey } from './passkey.ts'
import { password } from './password.ts'
import { backup_code, totp } from './second-factors.ts'
import type { Account, Factor, Step, Strategy } from './strategy.ts'

const wrongProof = /^form_(code|password)_incorrect$/

type Strategies = Record<string, Strategy>

/** What signs a user in, in the order in which ClerkJS lists them. */
export const firstFactors: Strategies = {
  passkey,
  password,
  email_code,
  email_link,
  phone_code,
  reset_password_email_code,
  reset_password_phone_code,
}

/** What verifies a session again. */
export const reverificationFactors: Strategies = { passkey, password, email_code, phone_code }

/** What a user who has a second factor proves after the first. */
export const secondFactors: Strategies = { totp, phone_code: secondPhoneCode, backup_code }

/** What a user proves beside a password on a new device. */
export const clientTrustFactors: Strategies = { phone_code, email_code, email_link }

/** What is proven at the second step of a sign-in. */
export function secondFactorsAt(status: SignIn['status']): Strategies {
  if (status === 'needs_second_factor') return secondFactors
  return status === 'needs_client_trust' ? clientTrustFactors : {}
}

export function factorsOf(strategies: Strategies, account: Account, settings: SettingsValues): Factor[] {
  return Object.values(strategies).flatMap(({ factors }) => factors(account, settings))
}

/** @throws ClerkError when the account has no factor of this strategy */
function strategyOf(strategies: Strategies, { account, context, form: { strategy: name = '' } }: Step): Strategy {
  const strategy = Object.hasOwn(strategies, name) ? strategies[name]! : undefined
  const factors = strategy?.factors(account, context.settings.current()) ?? []
  if (!strategy || factors.length === 0) throw errors.strategyForUserInvalid()
  return strategy
}

/** @throws ClerkError when the account has no factor of this strategy, or it needs no preparation */
export function prepare(strategies: Strategies, step: Step): Verification {
  const strategy = strategyOf(strategies, step)
  if (!strategy.prepare) throw errors.strategyForUserInvalid()
  return strategy.prepare(step)
}

/**
 * Checks the proof that a form sends. The failed attempts of a user are counted.
 * @throws ClerkError when it is wrong, or the user is locked
 */
export function attempt(strategies: Strategies, step: Step): Verification {
  const { context: { users, lockout }, account: { id } } = step
  const strategy = strategyOf(strategies, step)
  if (!strategy.attempt) throw errors.strategyForUserInvalid()
  if (id) lockout.requireUnlocked(users.get(id))
  try {
    return strategy.attempt(step)
  }
  catch (error) {
    if (id && error instanceof ClerkError && wrongProof.test(error.code)) lockout.failed(id)
    throw error
  }
}

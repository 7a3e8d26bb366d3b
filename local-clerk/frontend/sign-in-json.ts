import { accountOf } from './accounts.ts'
import type { SignIn } from '../attempts.ts'
import type { Context } from './context.ts'
import { identifiersOf } from './environment.ts'
import { userDataJSON } from './json.ts'
import { factorsOf, firstFactors, secondFactorsAt } from './strategies/index.ts'
import { verificationJSON } from '../verifications.ts'

/** A sign-in, as the Frontend API sends it to ClerkJS. */
export function signInJSON(context: Context, signIn: SignIn, origin: string) {
  const { users, sessions, settings, reverification } = context
  const { id, status, identifier, first_factor, second_factor, created_session_id, abandon_at } = signIn
  const values = settings.current()
  const now = reverification.now()
  const user = signIn.user_id ? users.find(signIn.user_id) : undefined
  const account = accountOf(context, signIn)
  const trust = user && sessions.isKnown(signIn.client_id, user.id) ? 'known' : 'new'
  return {
    object: 'sign_in_attempt',
    id,
    status,
    identifier,
    supported_identifiers: identifiersOf(values),
    supported_first_factors: account ? factorsOf(firstFactors, account, values) : [],
    supported_second_factors: account ? factorsOf(secondFactorsAt(status), account, values) : [],
    first_factor_verification: first_factor && verificationJSON(first_factor, now),
    second_factor_verification: second_factor && verificationJSON(second_factor, now),
    user_data: user ? userDataJSON(user, origin) : null,
    created_session_id,
    client_trust_state: user ? trust : 'pending',
    abandon_at,
  }
}

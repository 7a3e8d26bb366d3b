import type { SignUp } from './attempts.ts'
import type { Reverification } from './reverification.ts'
import type { Settings } from './settings.ts'
import { fieldsOf } from './sign-up-fields.ts'
import { verificationJSON } from './verifications.ts'

interface Parts {
  settings: Settings
  reverification: Reverification
}

/** A sign-up, as the Backend API answers it. */
export function signUpJSON({ settings, reverification }: Parts, signUp: SignUp) {
  const values = settings.current()
  const now = reverification.now()
  const { external_account } = signUp.verifications
  const supported = { email_address: values.email_strategies, phone_number: ['phone_code'] }

  function verificationOf(field: keyof typeof supported) {
    if (!signUp[field]) return null
    const supported_strategies = supported[field]
    const verification = signUp.verifications[field]
    // With a strategy here, Clerk's form takes the code as sent.
    if (!verification) return { next_action: 'needs_prepare', supported_strategies }
    const next_action = verification.status === 'verified' ? '' : 'needs_attempt'
    return { ...verificationJSON(verification, now), next_action, supported_strategies }
  }

  return {
    object: 'sign_up_attempt',
    id: signUp.id,
    status: signUp.created_user_id ? 'complete' : 'missing_requirements',
    ...fieldsOf(signUp, values),
    email_address: signUp.email_address,
    phone_number: signUp.phone_number,
    username: signUp.username,
    web3_wallet: null,
    first_name: signUp.first_name,
    last_name: signUp.last_name,
    unsafe_metadata: signUp.unsafe_metadata,
    locale: signUp.locale,
    password_enabled: Boolean(signUp.password),
    custom_action: signUp.custom_action,
    external_id: signUp.external_id,
    created_session_id: signUp.created_session_id,
    created_user_id: signUp.created_user_id,
    abandon_at: signUp.abandon_at,
    legal_accepted_at: signUp.legal_accepted_at,
    verifications: {
      email_address: verificationOf('email_address'),
      phone_number: verificationOf('phone_number'),
      web3_wallet: null,
      external_account: external_account ? verificationJSON(external_account, now) : null,
    },
  }
}

/** The Frontend API's has one more field, which ClerkJS reads. */
export function browserSignUpJSON(parts: Parts, signUp: SignUp) {
  return { ...signUpJSON(parts, signUp), has_password: Boolean(signUp.password) }
}

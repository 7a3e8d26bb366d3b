import type { SettingsValues } from './settings.ts'
import type { SignUp } from './attempts.ts'

const identifiers = ['email_address', 'phone_number', 'username'] as const
export const attributes = [...identifiers, 'password', 'first_name', 'last_name'] as const
const verifiable = ['email_address', 'phone_number'] as const

type Field = typeof attributes[number] | 'legal_accepted'

/** What a sign-up still needs before its user can be created. */
export function fieldsOf(signUp: SignUp, settings: SettingsValues) {
  const required: Field[] = attributes.filter(name => settings[name] === 'required')
  const optional = attributes.filter(name => settings[name] === 'on')
  if (settings.legal_consent) required.push('legal_accepted')
  const hasAccount = signUp.verifications.external_account?.status === 'verified'
  const isGiven = (name: Field) => {
    if (name === 'legal_accepted') return Boolean(signUp.legal_accepted_at)
    // An account at a provider takes the place of a password.
    return Boolean(signUp[name]) || (name === 'password' && hasAccount)
  }
  const missing = signUp.created_user_id ? [] : required.filter(name => !isGiven(name))
  // Where no identifier is required, one of those that are on is needed all the same.
  const offered = identifiers.find(name => settings[name] !== 'off')
  const isAnonymous = !signUp.created_user_id && !identifiers.some(isGiven)
  if (isAnonymous && offered && !missing.includes(offered)) missing.push(offered)
  return {
    required_fields: required,
    optional_fields: optional,
    missing_fields: missing,
    unverified_fields: verifiable.filter(name => isGiven(name) && signUp.verifications[name]?.status !== 'verified'),
  }
}

export function isReady(signUp: SignUp, settings: SettingsValues): boolean {
  const { missing_fields, unverified_fields } = fieldsOf(signUp, settings)
  return missing_fields.length === 0 && unverified_fields.length === 0
}

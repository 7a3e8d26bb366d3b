import { createIdentification, toPhoneNumber } from '../identifications.ts'
import type { SignIn } from '../attempts.ts'
import type { Context } from './context.ts'
import type { Account } from './strategies/strategy.ts'

/** What an identifier looks like. */
export function identifierKind(identifier: string): 'email_address' | 'phone_number' | 'username' {
  if (toPhoneNumber(identifier)) return 'phone_number'
  return identifier.includes('@') ? 'email_address' : 'username'
}

/** The account that a sign-in is for, or undefined until it is known. */
export function accountOf({ users }: Pick<Context, 'users'>, signIn: SignIn): Account | undefined {
  if (signIn.user_id) return users.find(signIn.user_id)
  return signIn.identifier ? missingAccount(signIn, signIn.identifier) : undefined
}

/** An identifier that has no account yet: it can be verified all the same, and then signed up. */
function missingAccount(signIn: SignIn, identifier: string): Account {
  const kind = identifierKind(identifier)
  // The same at each request.
  const id = signIn.id.replace('sia', 'idn')
  const email = { ...createIdentification('email_address', identifier), id }
  const phone = { ...createIdentification('phone_number', toPhoneNumber(identifier) ?? ''), id }
  return {
    id: null,
    email_addresses: kind === 'email_address' ? [email] : [],
    phone_numbers: kind === 'phone_number' ? [phone] : [],
    primary_email_address_id: kind === 'email_address' ? id : null,
    primary_phone_number_id: kind === 'phone_number' ? id : null,
    password_enabled: false,
    passkeys: [],
    totp_enabled: false,
    backup_code_enabled: false,
  }
}

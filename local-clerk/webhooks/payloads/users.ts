import type { EmailJSON, SMSMessageJSON, UserJSON } from '@clerk/backend'
import { day, emailOf, idOf, imageOf, nameOf } from './subject.ts'
import type { DataOf, Subject } from './subject.ts'

/** Clerk's description of a user has these as well, which the type of `@clerk/backend` leaves out. */
export interface User extends UserJSON {
  passkeys: object[]
  saml_accounts: object[]
  mfa_enabled_at: number | null
  mfa_disabled_at: number | null
}

/** The same of an email address. */
type EmailAddress = UserJSON['email_addresses'][number] & { reserved: boolean, created_at: number, updated_at: number }

/** The same of a phone number. */
type PhoneNumber = UserJSON['phone_numbers'][number] & { created_at: number, updated_at: number }

const verifiedByCode = (strategy: 'email_code' | 'phone_code', at: number) => ({
  object: 'verification_otp',
  status: 'verified',
  strategy,
  attempts: 1,
  expire_at: at,
})

/** An email address that was verified by a code. */
export function createEmail(id: string, email_address: string, at: number): EmailAddress {
  return {
    object: 'email_address',
    id,
    email_address,
    reserved: false,
    // Clerk's description has no id here; the type of `@clerk/backend` has one.
    verification: verifiedByCode('email_code', at) as unknown as EmailAddress['verification'],
    linked_to: [],
    created_at: at,
    updated_at: at,
  }
}

/** A phone number that was verified by a code. */
export function createPhone(id: string, phone_number: string, at: number): PhoneNumber {
  return {
    object: 'phone_number',
    id,
    phone_number,
    reserved_for_second_factor: false,
    default_second_factor: false,
    reserved: false,
    verification: verifiedByCode('phone_code', at) as unknown as PhoneNumber['verification'],
    linked_to: [],
    backup_codes: [],
    created_at: at,
    updated_at: at,
  }
}

/**
 * A complete Clerk user who has just signed up with an email address and a password.
 * @param at  created_at and updated_at, milliseconds since the epoch
 */
export function createUser(id: string, at: number): User {
  const emailId = idOf('idn', { id, at })
  return {
    object: 'user',
    id,
    username: nameOf(id),
    first_name: 'Robin',
    last_name: 'Example',
    image_url: imageOf(id),
    has_image: false,
    primary_email_address_id: emailId,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    mfa_enabled_at: null,
    mfa_disabled_at: null,
    email_addresses: [createEmail(emailId, emailOf(id), at)],
    phone_numbers: [],
    web3_wallets: [],
    passkeys: [],
    organization_memberships: null,
    external_accounts: [],
    saml_accounts: [],
    enterprise_accounts: [],
    password_last_updated_at: at,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    external_id: null,
    last_sign_in_at: at,
    banned: false,
    locked: false,
    deprovisioned: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    created_at: at,
    updated_at: at,
    last_active_at: at,
    create_organization_enabled: true,
    create_organizations_limit: null,
    delete_self_enabled: true,
    legal_accepted_at: null,
    locale: null,
    timezone: null,
  }
}

export const email = (subject: Subject): EmailJSON => ({
  object: 'email',
  id: idOf('ema', subject),
  slug: 'verification_code',
  from_email_name: 'verifications',
  to_email_address: emailOf(subject.id),
  email_address_id: idOf('idn', subject),
  user_id: subject.id,
  subject: '424242 is your verification code',
  body: '<p>Your code is 424242</p>',
  body_plain: 'Your code is 424242',
  status: 'queued',
  data: { otp_code: '424242' },
  delivered_by_clerk: true,
})

export const sms = (subject: Subject): SMSMessageJSON => ({
  object: 'sms_message',
  id: idOf('sms', subject),
  slug: 'verification_code',
  from_phone_number: '+15555550100',
  to_phone_number: '+15555550101',
  phone_number_id: idOf('idn', subject),
  user_id: subject.id,
  message: '424242 is your verification code',
  status: 'queued',
  data: { otp_code: '424242' },
  delivered_by_clerk: true,
})

export const session = (status: string) => (subject: Subject): DataOf<'session.created'> => ({
  object: 'session',
  id: idOf('sess', subject),
  client_id: idOf('client', subject),
  user_id: subject.id,
  status,
  actor: null,
  last_active_at: subject.at,
  expire_at: subject.at + 7 * day,
  abandon_at: subject.at + 30 * day,
  created_at: subject.at,
  updated_at: subject.at,
  user: null,
})

export const waitlistEntry = (subject: Subject): DataOf<'waitlistEntry.created'> => ({
  object: 'waitlist_entry',
  id: idOf('wle', subject),
  status: 'pending',
  email_address: emailOf(subject.id),
  invitation: null,
  is_locked: false,
  created_at: subject.at,
  updated_at: subject.at,
})

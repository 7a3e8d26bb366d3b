import { z } from 'zod'
import { fromOauth, linkedTo, verifications } from './clerk-schemas-factors.ts'

// Sign-ins, sign-ups and what they verify, after Clerk's published descriptions: see clerk-schemas.ts.

export const time = z.int().min(0)
export const text = z.string().nullable()
export const metadata = z.record(z.string(), z.unknown())
const none = z.tuple([])

export const otp = z.looseObject({
  object: z.literal('verification_otp').optional(),
  status: z.enum(['unverified', 'verified', 'failed', 'expired']),
  strategy: z.enum(['phone_code', 'email_code', 'reset_password_email_code', 'reset_password_phone_code']),
  attempts: z.int().nullable().optional(),
  expire_at: time,
})
const byLink = z.looseObject({
  object: z.literal('verification_email_link').optional(),
  status: z.enum(['unverified', 'verified', 'failed', 'expired', 'transferable']),
  strategy: z.literal('email_link'),
  attempts: z.int().nullable().optional(),
  expire_at: time,
  verified_at_client: z.string().optional(),
  // Only Local Clerk knows this one.
  link_id: z.undefined().optional(),
})
/** Of an identifier without an account, which is to be signed up. The description leaves it out. */
const transferable = otp.extend({ status: z.literal('transferable') })
export const byPassword = z.strictObject({
  object: z.literal('verification_password').optional(),
  status: z.enum(['unverified', 'verified']),
  strategy: z.literal('password'),
  attempts: z.int().nullable().optional(),
  expire_at: time.nullable().optional(),
})
const byTicket = z.looseObject({
  object: z.literal('verification_ticket').optional(),
  status: z.enum(['unverified', 'verified', 'expired']),
  strategy: z.literal('ticket'),
})

export const emailAddress = z.strictObject({
  id: z.string(),
  object: z.literal('email_address'),
  email_address: z.string(),
  reserved: z.boolean(),
  verification: z.union([otp.strict(), byLink.strict(), fromOauth.strict()]).nullable(),
  linked_to: linkedTo,
  matches_sso_connection: z.boolean().optional(),
  created_at: time,
  updated_at: time,
})
export const phoneNumber = z.strictObject({
  id: z.string(),
  object: z.literal('phone_number'),
  phone_number: z.string().regex(/^\+\d{7,15}$/),
  reserved_for_second_factor: z.boolean(),
  default_second_factor: z.boolean(),
  reserved: z.boolean(),
  verification: otp.strict().nullable(),
  linked_to: none,
  backup_codes: z.array(z.string()).nullable(),
  created_at: time,
  updated_at: time,
})

export const factor = z.strictObject({
  strategy: z.enum([
    'passkey', 'password', 'email_code', 'email_link', 'phone_code', 'reset_password_email_code',
    'reset_password_phone_code', 'totp', 'backup_code',
  ]),
  safe_identifier: z.string().optional(),
  email_address_id: z.string().optional(),
  phone_number_id: z.string().optional(),
  primary: z.boolean().nullable().optional(),
  default: z.boolean().optional(),
})

export const signIn = z.strictObject({
  object: z.literal('sign_in_attempt'),
  id: z.string(),
  status: z.enum([
    'abandoned', 'needs_identifier', 'needs_first_factor', 'needs_second_factor', 'needs_client_trust',
    'needs_new_password', 'needs_protect_check', 'complete',
  ]),
  supported_identifiers: z.array(z.enum(['email_address', 'phone_number', 'username', 'web3_wallet', 'passkey'])),
  supported_first_factors: z.array(factor),
  supported_second_factors: z.array(factor),
  first_factor_verification: z.union([
    otp, byLink, byPassword, byTicket, transferable, verifications.passkey, verifications.oauth,
  ]).nullable(),
  second_factor_verification: z.union([otp, byLink, verifications.totp, verifications.backupCode]).nullable(),
  identifier: text,
  user_data: z.strictObject({
    first_name: text,
    last_name: text,
    image_url: z.string(),
    has_image: z.boolean(),
  }).nullable(),
  created_session_id: text,
  client_trust_state: z.enum(['pending', 'new', 'known']).nullable().optional(),
  abandon_at: time,
})

const additional = z.looseObject({
  next_action: z.enum(['needs_attempt', '']),
  supported_strategies: z.array(z.string()),
})
/** The Frontend API's description leaves this out, the Backend API's has it. */
const unprepared = z.strictObject({
  next_action: z.literal('needs_prepare'),
  supported_strategies: z.array(z.string()),
})
const signUpShape = {
  object: z.literal('sign_up_attempt'),
  id: z.string(),
  status: z.enum(['abandoned', 'missing_requirements', 'complete']),
  required_fields: z.array(z.string()),
  optional_fields: z.array(z.string()),
  missing_fields: z.array(z.string()),
  unverified_fields: z.array(z.string()),
  verifications: z.looseObject({
    email_address: z.union([z.union([otp, byLink, byTicket, fromOauth]).and(additional), unprepared]).nullable(),
    phone_number: z.union([otp.and(additional), unprepared]).nullable(),
    web3_wallet: z.null(),
    external_account: verifications.oauth.nullable(),
  }),
  username: text,
  email_address: text,
  phone_number: text,
  web3_wallet: z.null(),
  password_enabled: z.boolean(),
  first_name: text,
  last_name: text,
  unsafe_metadata: metadata,
  custom_action: z.boolean(),
  external_id: text,
  created_session_id: text,
  created_user_id: text,
  abandon_at: time,
  legal_accepted_at: time.nullable(),
  locale: text.optional(),
}
export const signUp = z.looseObject(signUpShape)
export const backendSignUp = z.strictObject(signUpShape)

/** The answer of the Frontend API. */
export const joined = z.strictObject({ object: z.literal('waitlist_entry'), id: z.string() })

import { z } from 'zod'

// Clerk's descriptions of second factors, passkeys and social sign-in, for clerk-schemas.ts.

const time = z.int().min(0)
const text = z.string().nullable()
const metadata = z.record(z.string(), z.unknown())
const attempts = z.int().nullable().optional()
const oauthStrategy = z.string().regex(/^oauth_[a-z]+$/)

const clerkError = z.looseObject({ code: z.string(), message: z.string(), long_message: z.string() })

const byOauth = z.strictObject({
  object: z.literal('verification_oauth').optional(),
  status: z.enum(['unverified', 'verified', 'failed', 'expired', 'transferable']),
  strategy: oauthStrategy,
  external_verification_redirect_url: z.url().nullable().optional(),
  error: clerkError.nullable().optional(),
  attempts,
  expire_at: time,
})
const byPasskey = z.strictObject({
  object: z.literal('verification_passkey').optional(),
  status: z.enum(['unverified', 'verified', 'failed', 'expired']),
  strategy: z.literal('passkey'),
  nonce: z.string().optional(),
  attempts,
  expire_at: time,
})
const bySecond = (strategy: 'totp' | 'backup_code') => z.strictObject({
  object: z.literal(`verification_${strategy}`).optional(),
  status: z.enum(['unverified', 'verified']),
  strategy: z.literal(strategy),
  attempts,
  expire_at: time.nullable().optional(),
})
/** Of an email address that a provider has verified. */
export const fromOauth = z.looseObject({
  object: z.literal('verification_from_oauth').optional(),
  status: z.enum(['verified', 'unverified']),
  strategy: z.string().regex(/^from_oauth_[a-z]+$/),
  attempts,
  expire_at: time.nullable().optional(),
})

/** How a first and a second factor are verified, beside passwords and codes. */
export const verifications = {
  oauth: byOauth,
  passkey: byPasskey,
  totp: bySecond('totp'),
  backupCode: bySecond('backup_code'),
}

export const linkedTo = z.array(z.strictObject({ type: oauthStrategy, id: z.string() }))

export const passkey = z.strictObject({
  object: z.literal('passkey'),
  id: z.string(),
  name: z.string(),
  last_used_at: time.nullable(),
  verification: byPasskey.nullable(),
  created_at: time,
  updated_at: time,
})

export const externalAccount = z.looseObject({
  object: z.literal('external_account'),
  id: z.string(),
  provider: oauthStrategy,
  identification_id: z.string(),
  provider_user_id: z.string(),
  approved_scopes: z.string(),
  email_address: z.string(),
  email_address_verified: z.boolean().nullable(),
  first_name: z.string(),
  last_name: z.string(),
  image_url: text,
  username: text,
  phone_number: text,
  public_metadata: metadata,
  label: text,
  verification: byOauth.nullable(),
  created_at: time,
  updated_at: time,
})

export const totp = z.looseObject({
  object: z.literal('totp'),
  id: z.string(),
  secret: text,
  uri: text,
  verified: z.boolean(),
  backup_codes: z.array(z.string()).nullable().optional(),
  created_at: time,
  updated_at: time,
})

export const backupCodes = z.looseObject({
  object: z.literal('backup_code'),
  id: z.string(),
  codes: z.array(z.string()),
  created_at: time,
  updated_at: time,
})

export const socials = z.record(oauthStrategy, z.strictObject({
  enabled: z.boolean(),
  required: z.boolean(),
  authenticatable: z.boolean(),
  block_email_subaddresses: z.boolean(),
  strategy: z.string(),
  not_selectable: z.boolean(),
  deprecated: z.boolean(),
  name: z.string().optional(),
  logo_url: text.optional(),
}))

/** Of the Backend API. */
export const userId = z.strictObject({ user_id: z.string() })
export const verifiedCode = z.strictObject({ verified: z.boolean(), code_type: z.enum(['totp', 'backup_code']) })
export const accessTokens = z.strictObject({
  data: z.array(z.strictObject({
    object: z.literal('oauth_access_token'),
    external_account_id: z.string(),
    provider_user_id: z.string(),
    token: z.string(),
    expires_at: time.nullable(),
    provider: z.string(),
    public_metadata: metadata,
    label: text,
    scopes: z.array(z.string()),
  })),
  total_count: z.int(),
})

import { z } from 'zod'
import {
  accessTokens, backupCodes, externalAccount, passkey, socials, totp, userId, verifications, verifiedCode,
} from './clerk-schemas-factors.ts'
import { clientMembership } from './clerk-schemas-organizations.ts'
import {
  backendSignUp, byPassword, emailAddress, factor, joined, metadata, otp, phoneNumber, signIn, signUp, text, time,
} from './clerk-schemas-sign-in.ts'

/*
 * Clerk's answers, after its published descriptions of the Frontend API and the Backend API (github.com/clerk/
 * openapi-specs, version 2026-05-12): strict where these allow no other keys. Only what Local Clerk serves.
 */

const none = z.tuple([])

/** What both APIs, and the events, say of a user. */
const userShape = {
  id: z.string(),
  object: z.literal('user'),
  external_id: text,
  username: text,
  first_name: text,
  last_name: text,
  locale: text.optional(),
  image_url: z.string(),
  has_image: z.boolean(),
  primary_email_address_id: text,
  primary_phone_number_id: text,
  primary_web3_wallet_id: text,
  password_enabled: z.boolean(),
  two_factor_enabled: z.boolean(),
  totp_enabled: z.boolean(),
  backup_code_enabled: z.boolean(),
  mfa_enabled_at: time.nullable(),
  mfa_disabled_at: time.nullable(),
  email_addresses: z.array(emailAddress),
  phone_numbers: z.array(phoneNumber),
  web3_wallets: none,
  passkeys: z.array(passkey),
  external_accounts: z.array(externalAccount),
  saml_accounts: none,
  password_last_updated_at: time.nullable().optional(),
  public_metadata: metadata,
  unsafe_metadata: metadata,
  last_sign_in_at: time.nullable(),
  banned: z.boolean(),
  locked: z.boolean(),
  deprovisioned: z.boolean().optional(),
  lockout_expires_in_seconds: z.int().nullable(),
  verification_attempts_remaining: z.int().nullable(),
  created_at: time,
  updated_at: time,
  delete_self_enabled: z.boolean(),
  create_organization_enabled: z.boolean(),
  create_organizations_limit: z.int().nullable().optional(),
  last_active_at: time.nullable(),
  legal_accepted_at: time.nullable(),
}

export const backendUser = z.strictObject({
  ...userShape,
  private_metadata: metadata,
  enterprise_accounts: none,
  // The type of `@clerk/backend` has these two; the description is older, and its list of memberships is optional.
  timezone: text,
  organization_memberships: z.null(),
})
/** Open in the description. Private metadata must not be there. */
const user = z.looseObject({
  ...userShape,
  private_metadata: z.undefined().optional(),
  organization_memberships: z.array(clientMembership),
})

const actor = z.looseObject({ sub: z.string() })
const sessionShape = {
  id: z.string(),
  object: z.literal('session'),
  expire_at: time,
  abandon_at: time,
  last_active_at: time,
  created_at: time,
  updated_at: time,
  actor: actor.nullable(),
}
const statuses = ['active', 'revoked', 'ended', 'expired', 'removed', 'abandoned'] as const
const tasks = z.array(z.strictObject({ key: z.enum(['reset-password', 'setup-mfa', 'choose-organization']) }))
const backendSession = z.strictObject({
  ...sessionShape,
  status: z.enum([...statuses, 'replaced', 'pending']),
  user_id: z.string(),
  client_id: z.string(),
  last_active_organization_id: text,
  tasks,
})
const token = z.strictObject({ object: z.literal('token'), jwt: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/) })

const session = z.looseObject({
  ...sessionShape,
  status: z.enum([...statuses, 'pending']),
  last_active_token: token.nullable(),
  last_active_organization_id: text,
  tasks,
  user,
  public_user_data: z.strictObject({
    first_name: text,
    last_name: text,
    image_url: z.string(),
    has_image: z.boolean(),
    identifier: z.string(),
    user_id: z.string(),
  }),
  factor_verification_age: z.tuple([z.int(), z.int()]),
})
const activeSessions = z.array(z.looseObject({
  ...sessionShape,
  status: z.enum(['active', 'pending']),
  latest_activity: z.looseObject({ object: z.string(), id: z.string(), is_mobile: z.boolean() }),
}))

const client = z.looseObject({
  object: z.literal('client'),
  id: z.string(),
  sessions: z.array(session),
  sign_in: signIn.nullable(),
  sign_up: signUp.nullable(),
  last_active_session_id: text,
  last_authentication_strategy: text,
  cookie_expires_at: time.nullable(),
  captcha_bypass: z.boolean(),
  created_at: time,
  updated_at: time,
})

const deleted = z.strictObject({
  object: z.string(),
  id: z.string().optional(),
  deleted: z.literal(true),
})
export const backendDeleted = deleted.extend({ external_id: z.string().optional() })

/** The envelope of the Frontend API. */
export const wrapped = (response: z.ZodType) => z.strictObject({ response, client })
const list = z.strictObject({ data: none, total_count: z.literal(0) })

const attribute = z.strictObject({
  enabled: z.boolean(),
  required: z.boolean(),
  used_for_first_factor: z.boolean(),
  first_factors: z.array(z.string()),
  used_for_second_factor: z.boolean(),
  second_factors: z.array(z.string()),
  verifications: z.array(z.string()),
  verify_at_sign_up: z.boolean(),
  immutable: z.boolean(),
})
const use = z.enum(['on', 'off', 'required'])
const enabled = z.strictObject({ enabled: z.boolean() })
const strings = (...names: string[]) => Object.fromEntries(names.map(name => [name, z.string()]))
const nullable = (...names: string[]) => Object.fromEntries(names.map(name => [name, text]))
const flags = (...names: string[]) => Object.fromEntries(names.map(name => [name, z.boolean()]))

const environment = z.strictObject({
  auth_config: z.strictObject({
    object: z.literal('auth_config'),
    id: z.string(),
    first_name: use,
    last_name: use,
    email_address: use,
    phone_number: use,
    username: use,
    password: use,
    identification_requirements: z.array(z.array(z.string())),
    identification_strategies: z.array(z.string()),
    first_factors: z.array(z.string()),
    second_factors: z.array(z.string()),
    email_address_verification_strategies: z.array(z.string()),
    claimed_at: time.nullable(),
    native_settings: z.strictObject({
      object: z.literal('native_settings'),
      ...flags(
        'api_enabled',
        'trusted_device_sign_in_enabled',
        'trusted_device_enrollment_prompt_after_sign_in_enabled',
        'trusted_device_enrollment_prompt_after_sign_up_enabled',
      ),
    }),
    ...flags(
      'single_session_mode', 'enhanced_email_deliverability', 'test_mode', 'cookieless_dev',
      'url_based_session_syncing', 'reverification',
    ),
  }),
  display_config: z.strictObject({
    object: z.literal('display_config'),
    instance_environment_type: z.enum(['production', 'development', 'staging']),
    theme: z.looseObject({}),
    preferred_sign_in_strategy: z.enum(['password', 'otp']),
    logo_image: z.null(),
    favicon_image: z.null(),
    captcha_widget_type: z.enum(['smart', 'invisible']).nullable(),
    captcha_provider: z.literal('turnstile').nullable(),
    captcha_oauth_bypass: z.array(z.string()),
    ...strings(
      'id', 'application_name', 'home_url', 'sign_in_url', 'sign_up_url', 'user_profile_url', 'waitlist_url',
      'oauth_consent_url', 'after_sign_in_url', 'after_sign_up_url', 'after_sign_out_one_url', 'after_sign_out_all_url',
      'after_switch_session_url', 'after_join_waitlist_url', 'organization_profile_url', 'create_organization_url',
      'after_leave_organization_url', 'after_create_organization_url', 'logo_link_url',
    ),
    ...nullable(
      'logo_image_url', 'favicon_image_url', 'support_email', 'clerk_js_version', 'google_one_tap_client_id',
      'help_url', 'privacy_policy_url', 'terms_url', 'logo_url', 'favicon_url', 'captcha_public_key',
      'captcha_public_key_invisible',
    ),
    ...flags('branded', 'experimental_force_oauth_first', 'show_devmode_warning'),
  }),
  user_settings: z.strictObject({
    attributes: z.strictObject(Object.fromEntries([
      'email_address', 'phone_number', 'username', 'web3_wallet', 'first_name', 'last_name', 'password',
      'authenticator_app', 'ticket', 'backup_code', 'passkey',
    ].map(name => [name, attribute]))),
    social: socials,
    saml: z.strictObject({ enabled: z.boolean(), self_serve_sso: z.boolean().optional() }),
    enterprise_sso: z.strictObject({ enabled: z.boolean(), self_serve_sso: z.boolean().optional() }),
    sign_in: z.strictObject({ second_factor: z.strictObject({ required: z.boolean() }) }),
    sign_up: z.strictObject({
      captcha_widget_type: z.enum(['smart', 'invisible']),
      mode: z.enum(['public', 'restricted', 'waitlist']),
      ...flags('captcha_enabled', 'custom_action_required', 'progressive', 'legal_consent_enabled'),
    }),
    restrictions: z.strictObject({
      allowlist: enabled,
      blocklist: enabled,
      allowlist_blocklist_disabled_on_sign_in: enabled,
      block_email_subaddresses: enabled,
      block_disposable_email_domains: enabled,
    }),
    password_settings: z.strictObject({
      min_length: z.int(),
      max_length: z.int(),
      min_zxcvbn_strength: z.int(),
      allowed_special_characters: z.string(),
      ...flags(
        'disable_hibp', 'disable_password_reverification', 'require_special_char', 'require_numbers',
        'require_uppercase', 'require_lowercase', 'show_zxcvbn', 'enforce_hibp_on_sign_in',
      ),
    }),
    username_settings: z.strictObject({
      min_length: z.int().nullable(),
      max_length: z.int().nullable(),
      ...flags('allow_extended_special_characters', 'allow_numeric_usernames'),
    }),
    actions: z.strictObject({
      ...flags('delete_self', 'create_organization'),
      create_organizations_limit: z.boolean().nullable(),
    }),
    attack_protection: z.strictObject({
      user_lockout: enabled.extend({ max_attempts: z.int(), duration_in_minutes: z.int() }),
      pii: enabled,
      email_link: z.strictObject({ require_same_client: z.boolean() }),
      enumeration_protection: enabled,
    }),
    passkey_settings: z.strictObject(flags('allow_autofill', 'show_sign_in_button', 'satisfies_second_factor')),
  }),
  organization_settings: z.strictObject({
    enabled: z.boolean(),
    max_allowed_memberships: z.int(),
    force_organization_selection: z.boolean(),
    actions: z.strictObject({ admin_delete: z.boolean() }),
    domains: z.strictObject({
      enabled: z.boolean(),
      enrollment_modes: z.array(z.enum(['manual_invitation', 'automatic_invitation', 'automatic_suggestion'])),
      default_role: z.string(),
    }),
    slug: z.strictObject({ disabled: z.boolean() }),
    creator_role: z.string(),
  }),
  fraud_settings: z.strictObject({
    object: z.literal('fraud_settings'),
    native: z.strictObject({ device_attestation_mode: z.enum(['disabled', 'onboarding', 'enforced']) }),
  }),
  commerce_settings: z.strictObject({
    billing: z.strictObject({
      stripe_publishable_key: text,
      user: z.strictObject(flags('enabled', 'has_paid_plans')),
      organization: z.strictObject(flags('enabled', 'has_paid_plans')),
    }),
  }),
  api_keys_settings: z.strictObject(flags('enabled', 'user_api_keys_enabled', 'orgs_api_keys_enabled')),
  protect_config: z.strictObject({ loaders: none }),
  ...flags('client_debug_mode', 'partitioned_cookies', 'maintenance_mode'),
})

const reverification = z.looseObject({
  object: z.literal('session_reverification'),
  level: z.string(),
  status: z.enum(['needs_first_factor', 'needs_second_factor', 'complete']),
  supported_first_factors: z.array(factor),
  supported_second_factors: z.array(factor),
  first_factor_verification: z.union([otp, byPassword, verifications.passkey]).nullable(),
  second_factor_verification: z.union([otp, verifications.totp, verifications.backupCode]).nullable(),
  session,
})

/** The answers of the Frontend API. */
export const frontend = {
  environment,
  noClient: z.strictObject({ response: z.null(), client: z.null() }),
  client: wrapped(client),
  signIn: wrapped(signIn),
  signUp: wrapped(signUp),
  session: wrapped(session),
  reverification: wrapped(reverification),
  user: wrapped(user),
  totp: wrapped(totp),
  backupCodes: wrapped(backupCodes),
  passkey: wrapped(passkey),
  externalAccount: wrapped(externalAccount),
  emailAddress: wrapped(emailAddress),
  emailAddresses: z.array(emailAddress),
  phoneNumber: wrapped(phoneNumber),
  phoneNumbers: z.array(phoneNumber),
  joined,
  activeSessions,
  revoked: wrapped(z.looseObject({ ...sessionShape, status: z.literal('revoked') })),
  image: wrapped(z.looseObject({ object: z.string(), id: z.string(), name: z.string(), public_url: z.url() })),
  deleted: wrapped(deleted),
  list: wrapped(list),
  token,
}

const ticket = <Name extends string>(object: Name) => z.strictObject({
  object: z.literal(object),
  id: z.string(),
  status: z.enum(['pending', 'accepted', 'revoked']),
  user_id: z.string(),
  token: z.string().optional(),
  created_at: time,
  updated_at: time,
})

const redirectUrl = z.strictObject({
  object: z.literal('redirect_url'),
  id: z.string(),
  url: z.string(),
  created_at: time,
  updated_at: time,
})
const jwtTemplate = z.strictObject({
  object: z.literal('jwt_template'),
  id: z.string(),
  name: z.string(),
  claims: metadata,
  lifetime: z.int(),
  allowed_clock_skew: z.int(),
  custom_signing_key: z.boolean(),
  signing_algorithm: z.string(),
  created_at: time,
  updated_at: time,
})
const identifier = <Name extends string>(object: Name) => z.strictObject({
  object: z.literal(object),
  id: z.string(),
  identifier: z.string(),
  identifier_type: z.enum(['email_address', 'phone_number', 'web3_wallet']),
  instance_id: z.string(),
  created_at: time,
  updated_at: time,
})

const invitation = z.strictObject({
  object: z.literal('invitation'),
  id: z.string(),
  email_address: z.string(),
  public_metadata: metadata,
  revoked: z.boolean().optional(),
  status: z.enum(['pending', 'accepted', 'revoked', 'expired']),
  url: z.url().optional(),
  expires_at: time.nullable().optional(),
  created_at: time,
  updated_at: time,
})
const waitlistEntry = z.strictObject({
  object: z.literal('waitlist_entry'),
  id: z.string(),
  email_address: z.string(),
  status: z.enum(['pending', 'invited', 'rejected', 'completed']),
  is_locked: z.boolean().optional(),
  invitation: invitation.nullable().optional(),
  created_at: time,
  updated_at: time,
})

const domain = z.looseObject({
  object: z.literal('domain'),
  id: z.string(),
  name: z.string(),
  is_satellite: z.boolean(),
  frontend_api_url: z.string(),
  development_origin: z.string(),
})
const backendClient = z.strictObject({
  object: z.literal('client'),
  id: z.string(),
  session_ids: z.array(z.string()),
  sessions: z.array(backendSession),
  sign_in_id: text,
  sign_up_id: text,
  last_active_session_id: text,
  last_authentication_strategy: text,
  created_at: time,
  updated_at: time,
})

/** The answers of the Backend API. */
export const backend = {
  userId,
  verifiedCode,
  accessTokens,
  emailAddress,
  phoneNumber,
  signUp: backendSignUp,
  signInToken: ticket('sign_in_token'),
  actorToken: ticket('actor_token').extend({ actor }),
  redirectUrl,
  redirectUrls: z.array(redirectUrl),
  jwtTemplate,
  jwtTemplates: z.array(jwtTemplate),
  allowlist: z.array(identifier('allowlist_identifier')),
  allowed: identifier('allowlist_identifier'),
  blocklist: z.strictObject({ data: z.array(identifier('blocklist_identifier')), total_count: z.int() }),
  blocked: identifier('blocklist_identifier'),
  restrictions: z.looseObject({
    object: z.literal('instance_restrictions'),
    ...flags(
      'allowlist', 'blocklist', 'allowlist_blocklist_disabled_on_sign_in', 'block_email_subaddresses',
      'block_disposable_email_domains',
    ),
  }),
  invitation,
  invitations: z.array(invitation),
  waitlistEntry,
  waitlistEntries: z.array(waitlistEntry),
  waitlist: z.strictObject({ data: z.array(waitlistEntry), total_count: z.int() }),
  list,
  testingToken: z.looseObject({ object: z.literal('testing_token'), token: z.string(), expires_at: time }),
  client: backendClient,
  clients: z.array(backendClient),
  user: backendUser,
  users: z.array(backendUser),
  deleted: backendDeleted,
  count: z.strictObject({ object: z.literal('total_count'), total_count: z.int() }),
  verified: z.strictObject({ verified: z.boolean() }),
  session: backendSession,
  sessions: z.array(backendSession),
  token,
  instance: z.looseObject({
    object: z.literal('instance'),
    id: z.string(),
    environment_type: z.string(),
    allowed_origins: z.array(z.string()),
    workspace_id: text,
  }),
  domain,
  domains: z.strictObject({ data: z.array(domain), total_count: z.int() }),
  svix: z.strictObject({ svix_url: z.url() }),
  jwks: z.strictObject({
    keys: z.array(z.looseObject({
      kty: z.literal('RSA'),
      ...strings('kid', 'alg', 'use', 'n', 'e'),
    })),
  }),
}

export const clerkErrors = z.looseObject({
  errors: z.array(z.looseObject({ message: z.string(), long_message: z.string(), code: z.string() })).min(1),
  clerk_trace_id: z.string().optional(),
})

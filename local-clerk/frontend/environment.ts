import type { InstanceType } from '../keys.ts'
import type { Switches } from '../restrictions.ts'
import type { SettingsValues } from '../settings.ts'
import { providerNames } from '../social/providers.ts'
import type { SocialProvider } from '../social/providers.ts'

const strategy = (enabled: boolean, rest: object = {}) => ({
  enabled,
  required: false,
  verifications: [],
  used_for_first_factor: false,
  first_factors: [],
  used_for_second_factor: false,
  second_factors: [],
  verify_at_sign_up: false,
  immutable: false,
  ...rest,
})

const identifiers = ['email_address', 'phone_number', 'username'] as const

/** What a user can type to sign in. */
export const identifiersOf = (settings: SettingsValues) => identifiers.filter(name => settings[name] !== 'off')

/** An attribute of users. */
const attribute = (use: 'required' | 'on' | 'off', rest: object = {}) =>
  strategy(use !== 'off', { required: use === 'required', ...use !== 'off' && rest })

/** One that is verified by what also signs its user in. */
const verifiable = (use: 'required' | 'on' | 'off', strategies: string[]) => attribute(use, {
  verifications: strategies,
  used_for_first_factor: true,
  first_factors: strategies,
  verify_at_sign_up: true,
})

function secondUse(name: SettingsValues['second_factors'][number], { second_factors }: SettingsValues) {
  const used_for_second_factor = second_factors.includes(name)
  return { used_for_second_factor, second_factors: used_for_second_factor ? [name] : [] }
}

function secondFactor(name: 'totp' | 'backup_code', settings: SettingsValues) {
  return strategy(settings.second_factors.includes(name), secondUse(name, settings))
}

function socialSettings(provider: SocialProvider) {
  return {
    enabled: true,
    required: false,
    authenticatable: true,
    block_email_subaddresses: false,
    strategy: `oauth_${provider}`,
    not_selectable: false,
    deprecated: false,
    name: providerNames[provider],
    logo_url: `https://img.clerk.com/static/${provider}.png`,
  }
}

function firstFactorsOf({ email_address, email_strategies, phone_number, password, passkeys, social }: SettingsValues) {
  return [
    ...email_address === 'off' ? [] : email_strategies,
    ...phone_number === 'off' ? [] : ['phone_code'],
    ...password === 'off' ? [] : ['password'],
    ...passkeys ? ['passkey'] : [],
    ...social.map(provider => `oauth_${provider}`),
  ]
}

/** Where ClerkJS sends users of an app that does not name its own pages. */
const hostedPages = (instance: InstanceType, baseUrl: string) => {
  const origin = instance === 'production' ? '' : baseUrl
  return { sign_in_url: `${origin}/sign-in`, sign_up_url: `${origin}/sign-up`, user_profile_url: `${origin}/user` }
}

/** The settings of the Clerk instance, as ClerkJS reads them. */
export const environmentOf = (
  settings: SettingsValues,
  restrictions: Switches,
  instance: InstanceType,
  baseUrl: string,
) => ({
  auth_config: {
    object: 'auth_config',
    id: 'aconf_local',
    first_name: settings.first_name,
    last_name: settings.last_name,
    email_address: settings.email_address,
    phone_number: settings.phone_number,
    username: settings.username,
    password: settings.password,
    identification_requirements: [identifiersOf(settings), []],
    identification_strategies: identifiersOf(settings),
    first_factors: firstFactorsOf(settings),
    second_factors: settings.second_factors,
    email_address_verification_strategies: settings.email_strategies,
    single_session_mode: settings.single_session_mode,
    enhanced_email_deliverability: false,
    test_mode: true,
    cookieless_dev: false,
    url_based_session_syncing: instance === 'development',
    claimed_at: null,
    reverification: true,
    native_settings: {
      object: 'native_settings',
      api_enabled: false,
      trusted_device_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_in_enabled: false,
      trusted_device_enrollment_prompt_after_sign_up_enabled: false,
    },
  },
  display_config: {
    object: 'display_config',
    id: 'display_config_local',
    application_name: settings.application_name,
    instance_environment_type: instance,
    branded: false,
    show_devmode_warning: false,
    preferred_sign_in_strategy: settings.password === 'required' ? settings.preferred_sign_in_strategy : 'otp',
    support_email: settings.support_email,
    theme: {
      general: {},
      buttons: {},
      accounts: {},
    },
    captcha_public_key: null,
    captcha_widget_type: null,
    captcha_public_key_invisible: null,
    captcha_provider: 'turnstile',
    captcha_oauth_bypass: [],
    experimental_force_oauth_first: false,
    clerk_js_version: null,
    google_one_tap_client_id: null,
    help_url: null,
    logo_link_url: '',
    logo_url: null,
    logo_image_url: '',
    logo_image: null,
    favicon_url: null,
    favicon_image_url: '',
    favicon_image: null,
    home_url: '/',
    ...hostedPages(instance, baseUrl),
    after_sign_in_url: '/',
    after_sign_up_url: '/',
    after_sign_out_all_url: '/',
    after_sign_out_one_url: '/',
    after_switch_session_url: '/',
    organization_profile_url: '',
    create_organization_url: '',
    after_leave_organization_url: '',
    after_create_organization_url: '',
    terms_url: '',
    privacy_policy_url: '',
    waitlist_url: '',
    oauth_consent_url: '',
    after_join_waitlist_url: '',
  },
  user_settings: {
    attributes: {
      email_address: verifiable(settings.email_address, settings.email_strategies),
      phone_number: { ...verifiable(settings.phone_number, ['phone_code']), ...secondUse('phone_code', settings) },
      username: attribute(settings.username, { used_for_first_factor: true }),
      password: attribute(settings.password),
      first_name: attribute(settings.first_name),
      last_name: attribute(settings.last_name),
      web3_wallet: strategy(false),
      authenticator_app: secondFactor('totp', settings),
      backup_code: secondFactor('backup_code', settings),
      passkey: attribute(settings.passkeys ? 'on' : 'off', {
        used_for_first_factor: true,
        first_factors: ['passkey'],
      }),
      ticket: strategy(true),
    },
    actions: {
      delete_self: true,
      create_organization: settings.organizations,
      create_organizations_limit: null,
    },
    social: Object.fromEntries(settings.social.map(provider => [`oauth_${provider}`, socialSettings(provider)])),
    enterprise_sso: {
      enabled: false,
      self_serve_sso: false,
    },
    saml: { enabled: false },
    restrictions: Object.fromEntries(Object.entries(restrictions).map(([name, enabled]) => [name, { enabled }])),
    sign_in: { second_factor: { required: settings.second_factor_required } },
    sign_up: {
      captcha_enabled: false,
      captcha_widget_type: 'smart',
      custom_action_required: false,
      progressive: true,
      mode: settings.sign_up_mode,
      legal_consent_enabled: settings.legal_consent,
    },
    password_settings: {
      disable_hibp: false,
      disable_password_reverification: false,
      enforce_hibp_on_sign_in: false,
      min_length: 8,
      max_length: 72,
      require_special_char: false,
      require_numbers: false,
      require_uppercase: false,
      require_lowercase: false,
      show_zxcvbn: false,
      min_zxcvbn_strength: 0,
      allowed_special_characters: '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~',
    },
    passkey_settings: {
      allow_autofill: settings.passkeys,
      show_sign_in_button: settings.passkeys,
      satisfies_second_factor: settings.passkeys,
    },
    username_settings: {
      min_length: 3,
      max_length: 64,
      allow_extended_special_characters: false,
      allow_numeric_usernames: true,
    },
    attack_protection: {
      user_lockout: {
        enabled: settings.user_lockout,
        max_attempts: settings.lockout_max_attempts,
        duration_in_minutes: settings.lockout_minutes,
      },
      pii: { enabled: false },
      email_link: { require_same_client: settings.email_link_same_client },
      enumeration_protection: { enabled: settings.enumeration_protection },
    },
  },
  organization_settings: {
    enabled: settings.organizations,
    max_allowed_memberships: settings.max_allowed_memberships,
    force_organization_selection: settings.force_organization_selection,
    actions: { admin_delete: settings.organization_admin_delete },
    domains: {
      enabled: settings.organization_domains,
      enrollment_modes: settings.organization_domains ? settings.organization_enrollment_modes : [],
      default_role: settings.organization_domain_role,
    },
    slug: { disabled: !settings.organization_slugs },
    creator_role: settings.organization_creator_role,
  },
  fraud_settings: {
    object: 'fraud_settings',
    native: { device_attestation_mode: 'disabled' },
  },
  commerce_settings: {
    billing: {
      stripe_publishable_key: null,
      organization: {
        enabled: false,
        has_paid_plans: false,
      },
      user: {
        enabled: false,
        has_paid_plans: false,
      },
    },
  },
  api_keys_settings: {
    enabled: settings.api_keys,
    user_api_keys_enabled: settings.api_keys,
    orgs_api_keys_enabled: settings.api_keys && settings.organizations,
  },
  protect_config: { loaders: [] },
  client_debug_mode: false,
  partitioned_cookies: false,
  maintenance_mode: false,
})

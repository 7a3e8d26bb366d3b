const strategy = (enabled: boolean, rest: object = {}) => ({
  enabled, required: false, verifications: [], used_for_first_factor: false, first_factors: [],
  used_for_second_factor: false, second_factors: [], verify_at_sign_up: false, ...rest,
})

/** The instance as ClerkJS asks for it: e-mail or username with password, or an e-mailed code. */
export const environment = {
  object: 'environment',
  id: 'env_local',
  auth_config: {
    object: 'auth_config', id: 'aconf_local', single_session_mode: false, claimed_at: null, reverification: true,
  },
  display_config: {
    object: 'display_config', id: 'display_config_local', application_name: 'Addendum', instance_environment_type: 'production',
    branded: false, show_devmode_warning: false, preferred_sign_in_strategy: 'password', support_email: '', theme: { general: {}, buttons: {}, accounts: {} },
    captcha_public_key: null, captcha_widget_type: null, captcha_public_key_invisible: null, captcha_provider: 'turnstile', captcha_oauth_bypass: [],
    logo_image_url: '', favicon_image_url: '', home_url: '/', sign_in_url: '/sign-in', sign_up_url: '/sign-up', user_profile_url: '/user',
    after_sign_in_url: '/', after_sign_up_url: '/', after_sign_out_all_url: '/', after_sign_out_one_url: '/', after_switch_session_url: '/',
    organization_profile_url: '', create_organization_url: '', after_leave_organization_url: '', after_create_organization_url: '',
    terms_url: '', privacy_policy_url: '', waitlist_url: '', after_join_waitlist_url: '',
  },
  user_settings: {
    attributes: {
      email_address: strategy(true, { required: true, verifications: ['email_code'], used_for_first_factor: true, first_factors: ['email_code'], verify_at_sign_up: true }),
      password: strategy(true, { required: true }),
      username: strategy(true, { used_for_first_factor: true }),
      first_name: strategy(true),
      last_name: strategy(true),
      phone_number: strategy(false), web3_wallet: strategy(false), authenticator_app: strategy(false), backup_code: strategy(false), passkey: strategy(false), ticket: strategy(true),
    },
    actions: { delete_self: true, create_organization: false, create_organizations_limit: null },
    social: {},
    enterprise_sso: { enabled: false, self_serve_sso: false },
    saml: { enabled: false },
    sign_in: { second_factor: { required: false } },
    sign_up: { captcha_enabled: false, captcha_widget_type: 'smart', custom_action_required: false, progressive: true, mode: 'public', legal_consent_enabled: false },
    password_settings: {
      disable_hibp: false, min_length: 8, max_length: 72, require_special_char: false, require_numbers: false, require_uppercase: false,
      require_lowercase: false, show_zxcvbn: false, min_zxcvbn_strength: 0, allowed_special_characters: '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~',
    },
    passkey_settings: { allow_autofill: false, show_sign_in_button: false },
    username_settings: { min_length: 3, max_length: 64, allow_extended_special_characters: false },
    attack_protection: { user_lockout: { enabled: false }, pii: { enabled: false }, email_link: { require_same_client: false } },
  },
  organization_settings: {
    enabled: false, max_allowed_memberships: 5, force_organization_selection: false, actions: { admin_delete: true },
    domains: { enabled: false, enrollment_modes: [], default_role: null }, slug: { disabled: true }, organization_creation_defaults: { enabled: false },
  },
  commerce_settings: { billing: { stripe_publishable_key: null, organization: { enabled: false, has_paid_plans: false }, user: { enabled: false, has_paid_plans: false } } },
  api_keys_settings: { enabled: false, user_api_keys_enabled: false, orgs_api_keys_enabled: false },
  protect_config: { object: 'protect_config', id: 'protect_config_local', loaders: [] },
  maintenance_mode: false,
}

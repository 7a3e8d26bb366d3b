interface Details {
  longMessage?: string
  /** The form field to show the error at. */
  paramName?: string
  /** What else the error tells. */
  meta?: object
  /** Seconds. */
  retryAfter?: number
  /** The client, where the failed request has changed it. */
  client?: object
}

/** An error in Clerk's shape, answered as `{ errors: [{ code, message, long_message, meta }], clerk_trace_id }`. */
export class ClerkError extends Error {
  readonly status: number
  readonly code: string
  readonly longMessage: string
  readonly meta: object
  readonly retryAfter?: number
  readonly client?: object

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message)
    this.status = status
    this.code = code
    this.longMessage = details.longMessage ?? message
    this.meta = { ...details.paramName && { param_name: details.paramName }, ...details.meta }
    this.retryAfter = details.retryAfter
    this.client = details.client
  }

  toJSON() {
    const error = {
      code: this.code,
      message: this.message,
      long_message: this.longMessage,
      meta: this.meta,
    }
    return { errors: [error], ...this.client && { meta: { client: this.client } }, clerk_trace_id: 'local' }
  }
}

/** Clerk's own codes and messages, which its components show. */
export const errors = {
  signedOut: () => new ClerkError(401, 'signed_out', 'Signed out', {
    longMessage: 'You are signed out',
  }),

  devBrowserUnauthenticated: () => new ClerkError(
    401,
    'dev_browser_unauthenticated',
    'Browser unauthenticated',
    { longMessage: 'Unable to authenticate this browser for your development instance. Please clear your cookies.' },
  ),

  wrongKey: () => new ClerkError(
    401,
    'clerk_key_invalid',
    'The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.',
  ),

  notFound: (what = 'resource') => new ClerkError(404, 'resource_not_found', 'not found', {
    longMessage: `No ${what} was found with the given id.`,
  }),

  /** Not 404: an app must not take it for a user who does not exist. */
  notImplemented: (message = 'Local Clerk does not serve this') => new ClerkError(501, 'not_implemented', message, {
    longMessage: `${message}: local-clerk/SUPPORTED.md lists what it serves`,
  }),

  missing: (paramName: string) => new ClerkError(422, 'form_param_nil', 'is missing', {
    longMessage: `${paramName} is missing.`,
    paramName,
  }),

  unknownParam: (paramName: string) => new ClerkError(422, 'form_param_unknown', 'is unknown', {
    longMessage: `${paramName} is not a valid parameter for this request.`,
    paramName,
  }),

  identifierNotFound: () => new ClerkError(422, 'form_identifier_not_found', 'Couldn\'t find your account.', {
    paramName: 'identifier',
  }),

  identifierExists: (paramName: 'username' | 'email_address' | 'phone_number') => new ClerkError(
    422,
    'form_identifier_exists',
    `That ${paramName.replace('_', ' ')} is taken. Please try another.`,
    { paramName },
  ),

  taken: (paramName: string) => new ClerkError(422, 'form_identifier_exists', `That ${paramName} is taken.`, {
    paramName,
  }),

  /** @param client  which has the session: a tab that does not know of it makes it its own */
  alreadySignedIn: (session_id: string, client: object) => new ClerkError(
    400,
    'identifier_already_signed_in',
    'You\'re already signed in',
    { meta: { session_id }, client },
  ),

  /** @param client  which has the session: a tab that does not know of it makes it its own */
  sessionExists: (client: object) => new ClerkError(400, 'session_exists', 'Session already exists', {
    longMessage: 'You\'re currently in single session mode. You can only be signed into one account at a time.',
    client,
  }),

  nothingToTransfer: () => new ClerkError(400, 'account_transfer_invalid', 'Invalid account transfer', {
    longMessage: 'There is no account to transfer',
  }),

  /** The identifier is verified, and its account is to be made by a transfer to a sign-up. */
  signUpIfMissing: (client: object) => new ClerkError(
    422,
    'sign_up_if_missing_transfer',
    'There is no account with this identifier. Transfer the sign-in to a sign-up.',
    { client },
  ),

  strategyForUserInvalid: () => new ClerkError(400, 'strategy_for_user_invalid', 'Invalid verification strategy', {
    longMessage: 'The verification strategy is not valid for this account',
    paramName: 'strategy',
  }),

  verificationMissing: () => new ClerkError(400, 'verification_missing', 'Missing verification', {
    longMessage: 'Prepare the verification before you attempt it.',
  }),

  verificationExpired: () => new ClerkError(400, 'verification_expired', 'Verification has expired', {
    longMessage: 'This verification has expired. You must create a new one.',
  }),

  alreadyVerified: () => new ClerkError(400, 'verification_already_verified', 'already verified', {
    longMessage: 'This verification has already been verified.',
  }),

  linkInvalid: () => new ClerkError(400, 'verification_link_token_invalid', 'Invalid link', {
    longMessage: 'This verification link is not valid.',
    paramName: 'token',
  }),

  invalidAction: (action: string) => new ClerkError(400, 'client_state_invalid', 'Invalid action', {
    longMessage: `We were unable to complete ${action} for this Client.`,
  }),

  signUpsRestricted: () => new ClerkError(403, 'sign_up_mode_restricted', 'Sign ups restricted', {
    longMessage: 'Access to this app is limited. You need an invitation to sign up.',
  }),

  signUpsWaitlisted: () => new ClerkError(403, 'sign_up_restricted_waitlist', 'Sign ups restricted', {
    longMessage: 'Sign ups are currently unavailable. Join the waitlist to be notified when they open.',
  }),

  notAllowed: (address: string) => new ClerkError(403, 'not_allowed_access', 'Access not allowed.', {
    longMessage: `${address} is not allowed to access this application.`,
    paramName: 'email_address',
  }),

  emailInvalid: () => new ClerkError(422, 'form_param_format_invalid', 'is invalid', {
    longMessage: 'Email address must be a valid email address.',
    paramName: 'email_address',
  }),

  phoneInvalid: () => new ClerkError(422, 'form_param_format_invalid', 'is invalid', {
    longMessage: 'Phone number must be a valid phone number according to E.164 international standard.',
    paramName: 'phone_number',
  }),

  usernameInvalid: () => new ClerkError(422, 'form_username_invalid_character', 'Username is invalid', {
    longMessage: 'Username can only contain letters, numbers, underscores and hyphens.',
    paramName: 'username',
  }),

  passwordIncorrect: (paramName = 'password') => new ClerkError(
    422,
    'form_password_incorrect',
    'Password is incorrect. Try again, or use another method.',
    { paramName },
  ),

  noPassword: () => new ClerkError(400, 'no_password_set', 'No password set', {
    longMessage: 'The user has no password.',
  }),

  passwordTooShort: (paramName = 'password') => new ClerkError(
    422,
    'form_password_length_too_short',
    'Passwords must be 8 characters or more.',
    { paramName },
  ),

  passwordPwned: (paramName = 'password') => new ClerkError(
    422,
    'form_password_pwned',
    'Password has been found in an online data breach. For account safety, please use a different password.',
    { paramName },
  ),

  passwordCompromised: () => new ClerkError(
    422,
    'form_password_compromised',
    'Your password may be compromised. Sign in by another method, and choose a new password.',
    { paramName: 'password' },
  ),

  codeIncorrect: () => new ClerkError(422, 'form_code_incorrect', 'Incorrect code', {
    paramName: 'code',
  }),

  externalAccountMissing: () => new ClerkError(422, 'external_account_not_found', 'Invalid external account', {
    longMessage: 'The External Account was not found.',
  }),

  externalAccountExists: () => new ClerkError(422, 'external_account_exists', 'External account already exists', {
    longMessage: 'This external account already exists.',
  }),

  oauthDenied: () => new ClerkError(422, 'oauth_access_denied', 'Access denied', {
    longMessage: 'You did not grant access to your account.',
  }),

  passkeyUnknown: () => new ClerkError(422, 'passkey_not_registered', 'Passkey not registered', {
    longMessage: 'This passkey is not registered.',
  }),

  ticket: (code: string, message: string) => new ClerkError(400, code, message, { paramName: 'ticket' }),

  reverificationRequired: () => new ClerkError(403, 'session_reverification_required', 'Reverification required', {
    longMessage: 'You need to provide additional verification to perform this operation.',
  }),

  notSecondFactor: () => new ClerkError(422, 'identification_update_second_factor_unverified', 'Update failed', {
    longMessage: 'The phone number is not reserved for multi-factor authentication.',
  }),

  lastIdentification: () => new ClerkError(
    422,
    'last_identification_deletion_failed',
    'You cannot delete your last identification.',
    { longMessage: 'You must have at least one identification to be able to sign in.' },
  ),

  banned: () => new ClerkError(403, 'user_banned', 'Banned user', {
    longMessage: 'This account is not allowed to sign in.',
  }),

  /** @param seconds  until it is unlocked; null until somebody unlocks it */
  locked: (seconds: number | null = null) => new ClerkError(403, 'user_locked', 'Account locked', {
    longMessage: 'Your account is locked.',
    ...seconds !== null && { meta: { lockout_expires_in_seconds: seconds } },
  }),

  rateLimited: () => new ClerkError(429, 'too_many_requests', 'Too many requests', {
    longMessage: 'Too many requests. Please try again later.',
    retryAfter: 1,
  }),
}

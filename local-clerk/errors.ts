interface Details {
  longMessage?: string
  /** The form field to show the error at. */
  paramName?: string
  /** Seconds. */
  retryAfter?: number
}

/** An error in Clerk's shape, answered as `{ errors: [{ code, message, long_message, meta }], clerk_trace_id }`. */
export class ClerkError extends Error {
  readonly status: number
  readonly code: string
  readonly longMessage: string
  readonly paramName?: string
  readonly retryAfter?: number

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message)
    this.status = status
    this.code = code
    this.longMessage = details.longMessage ?? message
    this.paramName = details.paramName
    this.retryAfter = details.retryAfter
  }

  toJSON() {
    const error = {
      code: this.code,
      message: this.message,
      long_message: this.longMessage,
      meta: this.paramName ? { param_name: this.paramName } : {},
    }
    return { errors: [error], clerk_trace_id: 'local' }
  }
}

/** Clerk's own codes and messages, which its components show. */
export const errors = {
  signedOut: () => new ClerkError(401, 'signed_out', 'Signed out', {
    longMessage: 'You are signed out',
  }),

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

  identifierNotFound: () => new ClerkError(422, 'form_identifier_not_found', 'Couldn\'t find your account.', {
    paramName: 'identifier',
  }),

  identifierExists: (paramName: 'username' | 'email_address') => new ClerkError(
    422,
    'form_identifier_exists',
    `That ${paramName === 'username' ? 'username' : 'email address'} is taken. Please try another.`,
    { paramName },
  ),

  taken: (paramName: string) => new ClerkError(422, 'form_identifier_exists', `That ${paramName} is taken.`, {
    paramName,
  }),

  notAllowed: (address: string) => new ClerkError(403, 'not_allowed_access', 'Access not allowed.', {
    longMessage: `${address} is not allowed to access this application.`,
    paramName: 'email_address',
  }),

  emailInvalid: () => new ClerkError(422, 'form_param_format_invalid', 'is invalid', {
    longMessage: 'Email address must be a valid email address.',
    paramName: 'email_address',
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

  codeIncorrect: () => new ClerkError(422, 'form_code_incorrect', 'Incorrect code', {
    paramName: 'code',
  }),

  ticket: (code: string, message: string) => new ClerkError(400, code, message, { paramName: 'ticket' }),

  reverificationRequired: () => new ClerkError(403, 'session_reverification_required', 'Reverification required', {
    longMessage: 'You need to provide additional verification to perform this operation.',
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

  locked: () => new ClerkError(403, 'user_locked', 'Account locked', {
    longMessage: 'Your account is locked.',
  }),

  rateLimited: () => new ClerkError(429, 'too_many_requests', 'Too many requests', {
    longMessage: 'Too many requests. Please try again later.',
    retryAfter: 1,
  }),
}

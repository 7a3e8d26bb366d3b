import type { UserJSON } from '@clerk/backend'
import type { Client, Session } from '../sessions.ts'
import { primaryEmail } from '../users.ts'
import { loadAttempt } from './attempts.ts'
import type { SignIn, SignUp } from './attempts.ts'
import type { Context } from './context.ts'

// Clerk's objects, as the Frontend API sends them to ClerkJS.

const codeLifetime = 10 * 60_000
const attemptLifetime = 86_400_000

/** A user without private metadata, which never reaches a browser. */
export function userJSON({ private_metadata: _, ...user }: UserJSON, origin: string) {
  return {
    ...user,
    image_url: new URL(user.image_url, origin).href,
    organization_memberships: [],
    email_addresses: user.email_addresses.map(email => ({ ...email, matches_sso_connection: false })),
  }
}

function userDataJSON(user: UserJSON, origin: string) {
  return {
    first_name: user.first_name,
    last_name: user.last_name,
    image_url: new URL(user.image_url, origin).href,
    has_image: user.has_image,
  }
}

function publicUserDataJSON(user: UserJSON, origin: string) {
  return {
    ...userDataJSON(user, origin),
    identifier: primaryEmail(user)?.email_address ?? user.username,
    user_id: user.id,
  }
}

export function sessionJSON({ users, sessions, reverification }: Context, session: Session, origin: string) {
  const user = users.get(session.user_id)
  return {
    ...sessions.toJSON(session),
    last_active_organization_id: null,
    tasks: [],
    factor_verification_age: reverification.factorAges(session),
    last_active_token: { object: 'token', jwt: sessions.token(session, origin) },
    user: userJSON(user, origin),
    public_user_data: publicUserDataJSON(user, origin),
  }
}

/** A session in the list of devices in `<UserProfile>`. */
export function sessionWithActivityJSON({ sessions }: Context, session: Session) {
  return {
    ...sessions.toJSON(session),
    user: null,
    latest_activity: { object: 'session_activity', ...session.activity },
  }
}

/** The factors that a user can sign in with. */
export function firstFactorsJSON(user: UserJSON | undefined): object[] {
  const factors: object[] = []
  const email = user && primaryEmail(user)
  if (user?.password_enabled) factors.push({ strategy: 'password' })
  if (email) {
    factors.push({
      strategy: 'email_code',
      email_address_id: email.id,
      safe_identifier: email.email_address,
      primary: true,
    })
  }
  return factors
}

const verificationObjects = {
  email_code: 'verification_otp',
  password: 'verification_password',
  ticket: 'verification_ticket',
}

export function verificationJSON(status: 'unverified' | 'verified', strategy: keyof typeof verificationObjects) {
  return {
    object: verificationObjects[strategy],
    status,
    strategy,
    attempts: 0,
    expire_at: Date.now() + codeLifetime,
  }
}

export function signInJSON({ users }: Context, signIn: SignIn, origin: string) {
  const user = users.find(signIn.user_id)
  const isComplete = signIn.status === 'complete'
  const strategy = signIn.by_ticket ? 'ticket' : signIn.prepared ? 'email_code' : 'password'
  return {
    object: 'sign_in_attempt',
    id: signIn.id,
    status: signIn.status,
    identifier: signIn.identifier,
    supported_identifiers: ['email_address', 'username'],
    supported_first_factors: firstFactorsJSON(user),
    supported_second_factors: [],
    first_factor_verification: isComplete || signIn.prepared
      ? verificationJSON(isComplete ? 'verified' : 'unverified', strategy)
      : null,
    second_factor_verification: null,
    user_data: user ? userDataJSON(user, origin) : null,
    created_session_id: signIn.created_session_id,
    abandon_at: Date.now() + attemptLifetime,
  }
}

const nextActions = { unverified: 'needs_prepare', prepared: 'needs_attempt', verified: '' }

function signUpEmailJSON({ email, invitation_id }: SignUp) {
  return {
    ...verificationJSON(email === 'verified' ? 'verified' : 'unverified', invitation_id ? 'ticket' : 'email_code'),
    next_action: nextActions[email],
    supported_strategies: ['email_code'],
  }
}

export function signUpJSON(signUp: SignUp) {
  const missing: string[] = []
  if (!signUp.email_address) missing.push('email_address')
  if (!signUp.password) missing.push('password')
  const isUnverified = signUp.email_address && signUp.email !== 'verified'
  return {
    object: 'sign_up_attempt',
    id: signUp.id,
    status: signUp.created_user_id ? 'complete' : 'missing_requirements',
    required_fields: ['email_address', 'password'],
    optional_fields: ['username', 'first_name', 'last_name'],
    missing_fields: missing,
    unverified_fields: isUnverified ? ['email_address'] : [],
    email_address: signUp.email_address,
    username: signUp.username,
    first_name: signUp.first_name,
    last_name: signUp.last_name,
    unsafe_metadata: signUp.unsafe_metadata,
    created_session_id: signUp.created_session_id,
    created_user_id: signUp.created_user_id,
    phone_number: null,
    web3_wallet: null,
    password_enabled: Boolean(signUp.password),
    // ClerkJS reads this one.
    has_password: Boolean(signUp.password),
    custom_action: false,
    external_id: null,
    abandon_at: Date.now() + attemptLifetime,
    legal_accepted_at: null,
    verifications: {
      email_address: signUp.email_address && signUpEmailJSON(signUp),
      phone_number: null,
      web3_wallet: null,
      external_account: null,
    },
  }
}

export function clientJSON(context: Context, client: Client, origin: string) {
  const { store, sessions } = context
  const open = sessions.ofClient(client.id)
  const lastActive = open.find(({ id }) => id === client.last_active_session_id) ?? open.at(-1)
  return {
    object: 'client',
    id: client.id,
    sessions: open.map(session => sessionJSON(context, session, origin)),
    sign_in: client.sign_in ? signInJSON(context, loadAttempt<SignIn>(store, client.sign_in), origin) : null,
    sign_up: client.sign_up ? signUpJSON(loadAttempt<SignUp>(store, client.sign_up)) : null,
    last_active_session_id: lastActive?.id ?? null,
    last_authentication_strategy: null,
    cookie_expires_at: null,
    captcha_bypass: false,
    created_at: client.created_at,
    updated_at: client.updated_at,
  }
}

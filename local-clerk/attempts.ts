import { errors } from './errors.ts'
import type { Client } from './sessions.ts'
import type { Profile } from './social/flows.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'
import type { Metadata } from './users.ts'
import type { Verification } from './verifications.ts'

const lifetime = 86_400_000

interface Attempt {
  id: string
  client_id: string
  created_session_id: string | null
  abandon_at: number
}

/** A sign-in attempt of a browser. */
export interface SignIn extends Attempt {
  /** Null until the user is identified, and of a ticket. */
  identifier: string | null
  /** Null until the user is identified, and while the identifier has no account. */
  user_id: string | null
  status:
    | 'needs_identifier'
    | 'needs_first_factor'
    | 'needs_second_factor'
    | 'needs_client_trust'
    | 'needs_new_password'
    | 'complete'
  first_factor: Verification | null
  second_factor: Verification | null
  /** From a social provider, of a person without an account. */
  profile?: Profile
}

/** A sign-up attempt of a browser. */
export interface SignUp extends Attempt {
  email_address: string | null
  phone_number: string | null
  username: string | null
  first_name: string | null
  last_name: string | null
  /** A hash. */
  password: string | null
  unsafe_metadata: Metadata
  locale: string | null
  timezone: string | null
  legal_accepted_at: number | null
  /** These two are set by the Backend API. */
  external_id: string | null
  custom_action: boolean
  /** The id of the invitation whose ticket has verified the email address. */
  invitation_id?: string
  verifications: {
    email_address: Verification | null
    phone_number: Verification | null
    external_account: Verification | null
  }
  /** From a social provider. */
  profile?: Profile
  created_user_id: string | null
}

export function newSignIn(client: Client): SignIn {
  return {
    id: newId('sia'),
    client_id: client.id,
    identifier: null,
    user_id: null,
    status: 'needs_identifier',
    first_factor: null,
    second_factor: null,
    created_session_id: null,
    abandon_at: Date.now() + lifetime,
  }
}

export function newSignUp(client: Client): SignUp {
  return {
    id: newId('sua'),
    client_id: client.id,
    email_address: null,
    phone_number: null,
    username: null,
    first_name: null,
    last_name: null,
    password: null,
    unsafe_metadata: {},
    locale: null,
    timezone: null,
    legal_accepted_at: null,
    external_id: null,
    custom_action: false,
    verifications: { email_address: null, phone_number: null, external_account: null },
    created_session_id: null,
    created_user_id: null,
    abandon_at: Date.now() + lifetime,
  }
}

/** @returns undefined when there is no such attempt, or it was abandoned */
export function findAttempt<Kind extends Attempt>(store: Store, id: string | null | undefined): Kind | undefined {
  const row = id ? store.get<{ data: string }>('select data from attempts where id = ?', id) : undefined
  const attempt = row && JSON.parse(row.data) as Kind
  return attempt && attempt.abandon_at > Date.now() ? attempt : undefined
}

/** @throws ClerkError when there is no such attempt of this browser */
export function loadAttempt<Kind extends Attempt>(store: Store, client: Client, id: string | undefined): Kind {
  const attempt = findAttempt<Kind>(store, id)
  if (attempt?.client_id !== client.id) throw errors.notFound('attempt')
  return attempt
}

export function saveAttempt(store: Store, attempt: SignIn | SignUp): void {
  store.run(
    'insert into attempts (id, data) values (?, ?) on conflict (id) do update set data = excluded.data',
    attempt.id,
    JSON.stringify(attempt),
  )
}

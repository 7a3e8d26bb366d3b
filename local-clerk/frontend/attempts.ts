import { errors } from '../errors.ts'
import type { Store } from '../store.ts'
import type { Metadata } from '../users.ts'

/** A sign-in attempt of a browser. */
export interface SignIn {
  id: string
  /** Null of a ticket. */
  identifier: string | null
  user_id: string
  status: 'needs_first_factor' | 'complete'
  /** A code has been emailed. */
  prepared: boolean
  /** A ticket has signed the user in. */
  by_ticket?: boolean
  created_session_id: string | null
}

/** A sign-up attempt of a browser. */
export interface SignUp {
  id: string
  email_address: string | null
  username: string | null
  first_name: string | null
  last_name: string | null
  /** A hash. */
  password: string | null
  unsafe_metadata: Metadata
  /** The id of the invitation whose ticket has verified the email address. */
  invitation_id?: string
  /** The state of the email address. */
  email: 'unverified' | 'prepared' | 'verified'
  created_session_id: string | null
  created_user_id: string | null
}

/** @throws ClerkError when there is no such attempt */
export function loadAttempt<Attempt extends SignIn | SignUp>(store: Store, id: string | null | undefined): Attempt {
  const row = id ? store.get<{ data: string }>('select data from attempts where id = ?', id) : undefined
  if (!row) throw errors.notFound('attempt')
  return JSON.parse(row.data)
}

export function saveAttempt(store: Store, attempt: SignIn | SignUp): void {
  store.run(
    'insert into attempts (id, data) values (?, ?) on conflict (id) do update set data = excluded.data',
    attempt.id,
    JSON.stringify(attempt),
  )
}

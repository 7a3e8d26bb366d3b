import type { Client } from '../sessions.ts'
import { findAttempt } from '../attempts.ts'
import type { SignIn, SignUp } from '../attempts.ts'
import type { Context } from './context.ts'
import { sessionJSON } from './json.ts'
import { signInJSON } from './sign-in-json.ts'
import { browserSignUpJSON } from '../sign-up-json.ts'

/** A browser, as the Frontend API sends it to ClerkJS. */
export function clientJSON(context: Context, client: Client, origin: string) {
  const { store, sessions } = context
  const open = sessions.ofClient(client.id)
  const lastActive = open.find(({ id }) => id === client.last_active_session_id) ?? open.at(-1)
  const signIn = findAttempt<SignIn>(store, client.sign_in)
  const signUp = findAttempt<SignUp>(store, client.sign_up)
  return {
    object: 'client',
    id: client.id,
    sessions: open.map(session => sessionJSON(context, session, origin)),
    sign_in: signIn ? signInJSON(context, signIn, origin) : null,
    sign_up: signUp ? browserSignUpJSON(context, signUp) : null,
    last_active_session_id: lastActive?.id ?? null,
    last_authentication_strategy: client.last_authentication_strategy ?? null,
    cookie_expires_at: null,
    captcha_bypass: false,
    created_at: client.created_at,
    updated_at: client.updated_at,
  }
}

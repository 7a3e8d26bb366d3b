import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { checkPassword, hashPassword } from '../passwords.ts'
import type { Client } from '../sessions.ts'
import { newId } from '../store.ts'
import { loadAttempt, saveAttempt } from './attempts.ts'
import type { SignUp } from './attempts.ts'
import type { Context } from './context.ts'
import { checkCode, emailCode } from './factors.ts'
import { signUpJSON } from './json.ts'
import { answer, clientOrNew, parseMetadata, readForm, startSession } from './requests.ts'
import type { Form } from './requests.ts'

/** Sign-up with an email address, verified by an emailed code or an invitation's ticket, and a password. */
export function addSignUpRoutes(router: Router, context: Context): void {
  const { store } = context

  router.post('/v1/client/sign_ups', defineEventHandler(async (event) => {
    const signUp: SignUp = {
      id: newId('sua'),
      email_address: null,
      username: null,
      first_name: null,
      last_name: null,
      password: null,
      unsafe_metadata: {},
      email: 'unverified',
      created_session_id: null,
      created_user_id: null,
    }
    const client = clientOrNew(context, event)
    return continueSignUp(context, event, client, signUp, await readForm(event))
  }))

  router.get('/v1/client/sign_ups/:id', defineEventHandler((event) => {
    const client = clientOrNew(context, event)
    return answer(context, event, client, signUpJSON(signUpInPath(context, event, client)))
  }))

  router.patch('/v1/client/sign_ups/:id', defineEventHandler(async (event) => {
    const client = clientOrNew(context, event)
    const signUp = signUpInPath(context, event, client)
    return continueSignUp(context, event, client, signUp, await readForm(event))
  }))

  router.post('/v1/client/sign_ups/:id/prepare_verification', defineEventHandler((event) => {
    const client = clientOrNew(context, event)
    const signUp = signUpInPath(context, event, client)
    if (!signUp.email_address) throw errors.missing('email_address')
    signUp.email = 'prepared'
    saveAttempt(store, signUp)
    emailCode(context, signUp.email_address, null)
    return answer(context, event, client, signUpJSON(signUp))
  }))

  router.post('/v1/client/sign_ups/:id/attempt_verification', defineEventHandler(async (event) => {
    const client = clientOrNew(context, event)
    const signUp = signUpInPath(context, event, client)
    const { code } = await readForm(event)
    checkCode(code)
    signUp.email = 'verified'
    return continueSignUp(context, event, client, signUp, {})
  }))
}

/** @throws ClerkError when the path names another sign-up than the client's own */
function signUpInPath({ store }: Context, event: H3Event, client: Client): SignUp {
  const id = getRouterParam(event, 'id')
  if (client.sign_up !== id) throw errors.notFound('sign up')
  return loadAttempt<SignUp>(store, id)
}

/** Takes the fields of the form, and creates the user once nothing is missing. */
function continueSignUp(context: Context, event: H3Event, client: Client, signUp: SignUp, form: Form) {
  applyForm(context, signUp, form)
  if (signUp.email_address && signUp.password && signUp.email === 'verified') {
    const { email_address, username, first_name, last_name, unsafe_metadata, password, invitation_id } = signUp
    const { public_metadata } = invitation_id ? context.invitations.accept(invitation_id) : {}
    const user = context.users.create(
      { email_address: [email_address], username, first_name, last_name, unsafe_metadata, public_metadata },
      { hash: password },
    )
    signUp.created_user_id = user.id
    signUp.created_session_id = startSession(context, event, client, user).id
    signUp.password = null
  }
  else {
    client.sign_up = signUp.id
  }
  saveAttempt(context.store, signUp)
  context.sessions.saveClient(client)
  return answer(context, event, client, signUpJSON(signUp))
}

/** @throws ClerkError when an identifier is taken or malformed, or the password is weak */
function applyForm({ users, restrictions, invitations }: Context, signUp: SignUp, form: Form): void {
  if (form.strategy === 'ticket') {
    const { id, email_address } = invitations.ofTicket(form.ticket)
    users.checkEmail(email_address)
    Object.assign(signUp, { email_address, email: 'verified', invitation_id: id })
  }
  if (form.email_address !== undefined && form.email_address !== signUp.email_address) {
    users.checkEmail(form.email_address)
    restrictions.requireAllowed(form.email_address)
    Object.assign(signUp, { email_address: form.email_address, email: 'unverified', invitation_id: undefined })
  }
  if (form.username) {
    users.checkUsername(form.username)
    signUp.username = form.username
  }
  if (form.password !== undefined) {
    checkPassword(form.password)
    signUp.password = hashPassword(form.password)
  }
  if (form.first_name !== undefined) signUp.first_name = form.first_name || null
  if (form.last_name !== undefined) signUp.last_name = form.last_name || null
  signUp.unsafe_metadata = parseMetadata(form.unsafe_metadata) ?? signUp.unsafe_metadata
}

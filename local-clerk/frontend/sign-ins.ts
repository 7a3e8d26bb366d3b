import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import type { Client } from '../sessions.ts'
import { newId } from '../store.ts'
import { loadAttempt, saveAttempt } from './attempts.ts'
import type { SignIn } from './attempts.ts'
import type { Context } from './context.ts'
import { checkFactor, emailCodeTo } from './factors.ts'
import { signInJSON } from './json.ts'
import { answer, clientOrNew, originOf, readForm, startSession } from './requests.ts'
import type { Form } from './requests.ts'

/** Sign-in with an email address or username, and a password or an emailed code. */
export function addSignInRoutes(router: Router, context: Context): void {
  const { store, users, sessions } = context

  router.post('/v1/client/sign_ins', defineEventHandler(async (event) => {
    const client = clientOrNew(context, event)
    const form = await readForm(event)
    if (form.strategy === 'ticket') return redeemTicket(context, event, client, form)
    if (!form.identifier) throw errors.missing('identifier')
    const user = users.findByIdentifier(form.identifier)
    if (!user) throw errors.identifierNotFound()
    const signIn: SignIn = {
      id: newId('sia'),
      identifier: form.identifier,
      user_id: user.id,
      status: 'needs_first_factor',
      prepared: false,
      created_session_id: null,
    }
    saveAttempt(store, signIn)
    client.sign_in = signIn.id
    sessions.saveClient(client)
    if (form.password) return attemptFirstFactor(context, event, client, signIn, { ...form, strategy: 'password' })
    return answerSignIn(context, event, client, signIn)
  }))

  router.get('/v1/client/sign_ins/:id', defineEventHandler((event) => {
    const client = clientOrNew(context, event)
    return answerSignIn(context, event, client, signInInPath(context, event, client))
  }))

  router.post('/v1/client/sign_ins/:id/prepare_first_factor', defineEventHandler((event) => {
    const client = clientOrNew(context, event)
    const signIn = signInInPath(context, event, client)
    signIn.prepared = true
    saveAttempt(store, signIn)
    emailCodeTo(context, users.get(signIn.user_id))
    return answerSignIn(context, event, client, signIn)
  }))

  router.post('/v1/client/sign_ins/:id/attempt_first_factor', defineEventHandler(async (event) => {
    const client = clientOrNew(context, event)
    const signIn = signInInPath(context, event, client)
    return attemptFirstFactor(context, event, client, signIn, await readForm(event))
  }))
}

/** @throws ClerkError when the path names another sign-in than the client's own */
function signInInPath({ store }: Context, event: H3Event, client: Client): SignIn {
  const id = getRouterParam(event, 'id')
  if (client.sign_in !== id) throw errors.notFound('sign in')
  return loadAttempt<SignIn>(store, id)
}

function attemptFirstFactor(context: Context, event: H3Event, client: Client, signIn: SignIn, form: Form) {
  const user = context.users.get(signIn.user_id)
  checkFactor(context, user, form)
  signIn.created_session_id = startSession(context, event, client, user).id
  signIn.status = 'complete'
  saveAttempt(context.store, signIn)
  return answerSignIn(context, event, client, signIn)
}

/** A ticket names its user, and is enough. */
function redeemTicket(context: Context, event: H3Event, client: Client, form: Form) {
  const ticket = context.tickets.redeem(form.ticket)
  const user = context.users.get(ticket.user_id)
  const signIn: SignIn = {
    id: newId('sia'),
    identifier: null,
    user_id: user.id,
    status: 'complete',
    prepared: false,
    by_ticket: true,
    created_session_id: startSession(context, event, client, user, ticket).id,
  }
  saveAttempt(context.store, signIn)
  return answerSignIn(context, event, client, signIn)
}

function answerSignIn(context: Context, event: H3Event, client: Client, signIn: SignIn) {
  return answer(context, event, client, signInJSON(context, signIn, originOf(event)))
}

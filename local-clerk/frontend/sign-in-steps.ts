import type { UserJSON } from '@clerk/backend'
import type { H3Event } from 'h3'
import { errors } from '../errors.ts'
import type { Client } from '../sessions.ts'
import type { Ticket } from '../tickets.ts'
import { accountOf, identifierKind } from './accounts.ts'
import { saveAttempt } from '../attempts.ts'
import type { SignIn } from '../attempts.ts'
import { clientJSON } from './client-json.ts'
import type { Context } from './context.ts'
import { originOf, startSession } from './requests.ts'
import type { Form } from './requests.ts'
import { attempt as attemptFactor, clientTrustFactors, factorsOf, firstFactors, prepare } from './strategies/index.ts'
import type { Step } from './strategies/strategy.ts'
import { verified } from '../verifications.ts'

// A sign-in goes from one step to the next: who it is, the first factor, what else is needed, and the session.

/** What each step gets. */
export interface Attempt {
  context: Context
  event: H3Event
  client: Client
  signIn: SignIn
}

/**
 * Finds the user.
 * @throws ClerkError when there is none, unless the form asks to sign them up, and when they are signed in already
 */
export function identify({ context, client, signIn }: Attempt, identifier: string, signUpIfMissing: boolean): void {
  const kind = identifierKind(identifier)
  const isOff = context.settings.current()[kind] === 'off'
  const user = isOff ? undefined : context.users.findByIdentifier(identifier)
  if (!user && (isOff || !signUpIfMissing || kind === 'username')) throw errors.identifierNotFound()
  if (user) requireSignedOut(context, client, user.id)
  Object.assign(signIn, { identifier, user_id: user?.id ?? null, status: 'needs_first_factor' })
}

/** A ticket names its user, and is enough. */
export function redeemTicket(attempt: Attempt, form: Form): void {
  const { context, client, signIn } = attempt
  const ticket = context.tickets.redeem(form.ticket)
  requireSignedOut(context, client, ticket.user_id)
  signIn.user_id = ticket.user_id
  signIn.first_factor = verified('ticket', context.reverification.now())
  complete(attempt, ticket)
}

export function prepareFirstFactor(attempt: Attempt, form: Form): void {
  attempt.signIn.first_factor = prepare(firstFactors, firstStepOf(attempt, form))
  saveAttempt(attempt.context.store, attempt.signIn)
}

/** @throws ClerkError when the proof is wrong, or the account is locked or banned */
export function attemptFirstFactor(attempt: Attempt, form: Form): void {
  const { context, event, client, signIn } = attempt
  signIn.first_factor = attemptFactor(firstFactors, firstStepOf(attempt, form))
  passFirstFactor(attempt)
  if (signIn.first_factor?.status === 'transferable') {
    throw errors.signUpIfMissing(clientJSON(context, client, originOf(event)))
  }
}

/** What follows once the first factor is verified. */
export function passFirstFactor(attempt: Attempt): void {
  const { context, signIn } = attempt
  const user = signIn.user_id ? context.users.get(signIn.user_id) : undefined
  if (!user) {
    signIn.first_factor!.status = 'transferable'
    saveAttempt(context.store, signIn)
  }
  else if (signIn.first_factor!.strategy.startsWith('reset_password')) {
    signIn.status = 'needs_new_password'
    saveAttempt(context.store, signIn)
  }
  else {
    passToSecondFactor(attempt, user)
  }
}

/** @throws ClerkError when the sign-in does not wait for a new password */
export function resetPassword(attempt: Attempt, form: Form): void {
  const { context, signIn } = attempt
  const { users, sessions, store } = context
  if (signIn.status !== 'needs_new_password' || !signIn.user_id) throw errors.invalidAction('a password reset')
  if (!form.password) throw errors.missing('password')
  const user = store.transaction(() => {
    if (String(form.sign_out_of_other_sessions) === 'true') {
      for (const session of sessions.ofUser(signIn.user_id!)) sessions.end(session, 'revoked')
    }
    return users.update(signIn.user_id!, { password: form.password })
  })
  passToSecondFactor(attempt, user)
}

function passToSecondFactor(attempt: Attempt, user: UserJSON): void {
  const { context, client, signIn } = attempt
  const settings = context.settings.current()
  const isNew = settings.client_trust && !context.sessions.isKnown(client.id, user.id)
  const needsTrust = isNew && signIn.first_factor!.strategy === 'password'
  if (needsTrust && factorsOf(clientTrustFactors, user, settings).length > 0) {
    signIn.status = 'needs_client_trust'
    saveAttempt(context.store, signIn)
  }
  else {
    complete(attempt)
  }
}

export function prepareSecondFactor(attempt: Attempt, form: Form): void {
  attempt.signIn.second_factor = prepare(clientTrustFactors, secondStepOf(attempt, form))
  saveAttempt(attempt.context.store, attempt.signIn)
}

export function attemptSecondFactor(attempt: Attempt, form: Form): void {
  attempt.signIn.second_factor = attemptFactor(clientTrustFactors, secondStepOf(attempt, form))
  complete(attempt)
}

/** Starts the session. */
export function complete({ context, event, client, signIn }: Attempt, ticket?: Ticket): void {
  const user = context.users.get(signIn.user_id!)
  const strategy = ticket ? undefined : signIn.first_factor!.strategy.replace('reset_password_', '')
  context.lockout.succeeded(user.id)
  signIn.created_session_id = startSession(context, event, client, user, { ticket, strategy }).id
  signIn.status = 'complete'
  saveAttempt(context.store, signIn)
}

/** @throws ClerkError when the sign-in is at another step */
function firstStepOf(attempt: Attempt, form: Form): Step {
  const { signIn } = attempt
  const account = accountOf(attempt.context, signIn)
  if (!account || signIn.status !== 'needs_first_factor') throw errors.invalidAction('the first factor')
  const linkSubject = { type: 'sign_in' as const, id: signIn.id }
  return { ...attempt, account, form, linkSubject, identifier: signIn.identifier, verification: signIn.first_factor }
}

/** @throws ClerkError when the sign-in is at another step */
function secondStepOf(attempt: Attempt, form: Form): Step {
  const { signIn } = attempt
  const account = accountOf(attempt.context, signIn)
  if (!account || signIn.status !== 'needs_client_trust') throw errors.invalidAction('the second factor')
  const linkSubject = { type: 'second_factor' as const, id: signIn.id }
  return { ...attempt, account, form, linkSubject, identifier: signIn.identifier, verification: signIn.second_factor }
}

/** @throws ClerkError when the user is signed in on this browser */
function requireSignedOut({ sessions }: Context, client: Client, userId: string): void {
  const open = sessions.ofClient(client.id).find(({ user_id }) => user_id === userId)
  if (open) throw errors.alreadySignedIn(open.id)
}

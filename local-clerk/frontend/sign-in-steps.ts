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
import {
  attempt as attemptFactor, clientTrustFactors, factorsOf, firstFactors, prepare, secondFactors, secondFactorsAt,
} from './strategies/index.ts'
import { attemptPasskey, preparePasskey } from './strategies/passkey.ts'
import type { Step } from './strategies/strategy.ts'
import { verified } from '../verifications.ts'
import type { User } from '../webhooks/payloads/index.ts'

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
export function identify(attempt: Attempt, identifier: string, signUpIfMissing: boolean): void {
  const { context, signIn } = attempt
  const kind = identifierKind(identifier)
  const isOff = context.settings.current()[kind] === 'off'
  const user = isOff ? undefined : context.users.findByIdentifier(identifier)
  if (!user && (isOff || !signUpIfMissing || kind === 'username')) throw errors.identifierNotFound()
  if (user) requireSignedOut(attempt, user.id)
  Object.assign(signIn, { identifier, user_id: user?.id ?? null, status: 'needs_first_factor' })
}

/** A ticket names its user, and is enough. */
export function redeemTicket(attempt: Attempt, form: Form): void {
  const { context, signIn } = attempt
  const ticket = context.organizations.invitations.redeem(form.ticket) ?? context.tickets.redeem(form.ticket)
  // Whoever impersonates may be signed in as that user, too.
  if (!ticket.actor) requireSignedOut(attempt, ticket.user_id)
  signIn.user_id = ticket.user_id
  signIn.first_factor = verified('ticket', context.reverification.now())
  complete(attempt, ticket)
}

/** Offers a sign-in by a passkey that tells who the user is. */
export function offerPasskeys({ context, event, signIn }: Attempt, form: Form): void {
  if (!context.settings.current().passkeys) throw errors.strategyForUserInvalid()
  signIn.status = 'needs_first_factor'
  signIn.first_factor = preparePasskey({ context, event, form, verification: null })
  saveAttempt(context.store, signIn)
}

/** Takes the user whose passkey it is. */
function identifyByPasskey(attempt: Attempt, form: Form): void {
  const { context, signIn } = attempt
  const userId = attemptPasskey({ ...attempt, form, verification: signIn.first_factor })
  requireSignedOut(attempt, userId)
  context.lockout.requireUnlocked(context.users.get(userId))
  signIn.user_id = userId
  signIn.first_factor = verified('passkey', context.reverification.now())
}

export function prepareFirstFactor(attempt: Attempt, form: Form): void {
  attempt.signIn.first_factor = prepare(firstFactors, firstStepOf(attempt, form))
  saveAttempt(attempt.context.store, attempt.signIn)
}

/** @throws ClerkError when the proof is wrong, or the account is locked or banned */
export function attemptFirstFactor(attempt: Attempt, form: Form): void {
  const { context, event, client, signIn } = attempt
  const isUnidentified = !signIn.user_id && !signIn.identifier
  if (isUnidentified && form.strategy === 'passkey') identifyByPasskey(attempt, form)
  else signIn.first_factor = attemptFactor(firstFactors, firstStepOf(attempt, form))
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
      sessions.revokeAll(signIn.user_id!)
    }
    return users.update(signIn.user_id!, { password: form.password })
  })
  passToSecondFactor(attempt, user)
}

export function passToSecondFactor(attempt: Attempt, user: User): void {
  const { context, client, signIn } = attempt
  const settings = context.settings.current()
  if (hasSecondFactor(attempt, user)) {
    signIn.status = 'needs_second_factor'
    return saveAttempt(context.store, signIn)
  }
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

/** A passkey stands for both: the authenticator has verified its user. */
function hasSecondFactor({ context, signIn }: Attempt, user: User): boolean {
  return signIn.first_factor!.strategy !== 'passkey'
    && user.two_factor_enabled
    && factorsOf(secondFactors, user, context.settings.current()).length > 0
}

export function prepareSecondFactor(attempt: Attempt, form: Form): void {
  attempt.signIn.second_factor = prepare(secondFactorsAt(attempt.signIn.status), secondStepOf(attempt, form))
  saveAttempt(attempt.context.store, attempt.signIn)
}

export function attemptSecondFactor(attempt: Attempt, form: Form): void {
  attempt.signIn.second_factor = attemptFactor(secondFactorsAt(attempt.signIn.status), secondStepOf(attempt, form))
  complete(attempt)
}

/** Starts the session. */
export function complete(
  { context, event, client, signIn }: Attempt,
  ticket?: Pick<Ticket, 'actor' | 'session_seconds'>,
): void {
  const user = context.users.get(signIn.user_id!)
  const strategy = ticket ? undefined : signIn.first_factor!.strategy.replace('reset_password_', '')
  context.lockout.succeeded(user.id)
  const bySecondFactor = signIn.status === 'needs_second_factor' || strategy === 'passkey'
  signIn.created_session_id = startSession(context, event, client, user, { ticket, strategy, bySecondFactor }).id
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
  const isNext = signIn.status === 'needs_second_factor' || signIn.status === 'needs_client_trust'
  if (!account || !isNext) throw errors.invalidAction('the second factor')
  const linkSubject = { type: 'second_factor' as const, id: signIn.id }
  return { ...attempt, account, form, linkSubject, identifier: signIn.identifier, verification: signIn.second_factor }
}

/** @throws ClerkError when the user is signed in on this browser */
export function requireSignedOut({ context, event, client }: Attempt, userId: string): void {
  const open = context.sessions.ofClient(client.id).find(({ user_id }) => user_id === userId)
  if (open) throw errors.alreadySignedIn(open.id, clientJSON(context, client, originOf(event)))
}

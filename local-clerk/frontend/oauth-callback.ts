import { defineEventHandler, getQuery, sendRedirect } from 'h3'
import type { H3Event, Router } from 'h3'
import { ClerkError, errors } from '../errors.ts'
import type { Client } from '../sessions.ts'
import { accountOf } from '../social/external-account.ts'
import type { Flow, Profile } from '../social/flows.ts'
import { nobodyAt } from '../social/providers.ts'
import { newVerification, verified } from '../verifications.ts'
import { findAttempt, saveAttempt } from '../attempts.ts'
import type { SignIn, SignUp } from '../attempts.ts'
import type { Context } from './context.ts'
import { clientOf, setSessionTime } from './requests.ts'
import { continueSignUp } from './sign-up-steps.ts'
import { failed, signInBy, takeProfile, toError } from './social.ts'

interface Visit {
  context: Context
  event: H3Event
  client: Client
  flow: Flow
  /** Absent when the person did not agree. */
  profile: Profile | undefined
}

/** Where a provider sends the browser back to. It goes on to the app's page, where ClerkJS sees the outcome. */
export function addOauthCallbackRoute(router: Router, context: Context): void {
  router.get('/v1/oauth_callback', defineEventHandler((event) => {
    const client = clientOf(context, event)
    const { flow, profile } = context.flows.end(getQuery(event), client?.id)
    const visit: Visit = { context, event, client: client!, flow, profile }
    const isComplete = context.store.transaction(() => finish(visit))
    setSessionTime(context, event, client!)
    return sendRedirect(event, isComplete ? flow.complete_url : flow.redirect_url, 303)
  }))
}

/** @returns whether nothing is left to do for the app's page */
function finish(visit: Visit): boolean {
  const { context: { store }, flow: { subject } } = visit
  if (subject.type === 'external_account') return connect(visit, subject)
  const attempt = findAttempt<SignIn & SignUp>(store, subject.id)
  if (!attempt) return false
  return subject.type === 'sign_in' ? finishSignIn(visit, attempt) : finishSignUp(visit, attempt)
}

function finishSignIn({ context, event, client, flow, profile }: Visit, signIn: SignIn): boolean {
  try {
    if (!profile) throw errors.oauthDenied()
    signInBy({ context, event, client, signIn }, profile)
  }
  catch (error) {
    if (!(error instanceof ClerkError)) throw error
    signIn.first_factor = failed(newVerification(`oauth_${flow.provider}`, context.reverification.now()), error)
    saveAttempt(context.store, signIn)
  }
  return isSignedIn(context, signIn)
}

function finishSignUp({ context, event, client, flow, profile }: Visit, signUp: SignUp): boolean {
  const verification = newVerification(`oauth_${flow.provider}`, context.reverification.now())
  try {
    if (!profile) throw errors.oauthDenied()
    if (context.externalAccounts.findUser(profile)) {
      signUp.profile = profile
      signUp.verifications.external_account = {
        ...verification, status: 'transferable', error: toError(errors.externalAccountExists()),
      }
      saveAttempt(context.store, signUp)
    }
    else {
      takeProfile({ context, event, client, signUp }, profile)
      continueSignUp({ context, event, client, signUp }, {})
    }
  }
  catch (error) {
    if (!(error instanceof ClerkError)) throw error
    signUp.verifications.external_account = failed(verification, error)
    saveAttempt(context.store, signUp)
  }
  return isSignedIn(context, signUp)
}

/** A session with tasks leaves them to the app's page. */
function isSignedIn({ sessions }: Context, { created_session_id }: SignIn | SignUp): boolean {
  return created_session_id !== null && sessions.tasksOf(sessions.get(created_session_id)).length === 0
}

function connect({ context, client, flow, profile }: Visit, { id, user_id }: { id: string, user_id: string }): boolean {
  const { externalAccounts, reverification, sessions, users } = context
  if (!sessions.ofClient(client.id).some(session => session.user_id === user_id)) throw errors.signedOut()
  const strategy = `oauth_${flow.provider}` as const
  const owner = profile && externalAccounts.findConnected(profile)
  const error = profile ? errors.externalAccountExists() : errors.oauthDenied()
  if (profile && (!owner || owner.id === user_id)) {
    externalAccounts.connect(user_id, accountOf(profile, verified(strategy, reverification.now()), id))
  }
  // One that is to be authorized again stays as it is.
  else if (!users.get(user_id).external_accounts.some(account => account.id === id)) {
    const verification = failed(newVerification(strategy, reverification.now()), error)
    externalAccounts.connect(user_id, accountOf(nobodyAt(flow.provider), verification, id))
  }
  return true
}

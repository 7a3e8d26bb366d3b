import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { loadAttempt, newSignIn, saveAttempt } from '../attempts.ts'
import type { SignIn } from '../attempts.ts'
import type { Context } from './context.ts'
import { answer, clientOrNew, isTrue, originOf, readForm, requireFreeClient } from './requests.ts'
import type { Form } from './requests.ts'
import { signInJSON } from './sign-in-json.ts'
import {
  attemptFirstFactor, attemptSecondFactor, identify, offerPasskeys, prepareFirstFactor, prepareSecondFactor,
  redeemTicket, resetPassword,
} from './sign-in-steps.ts'
import type { Attempt } from './sign-in-steps.ts'
import { beginSocialSignIn, isSocial, transferSignUp } from './social.ts'
import { firstFactors } from './strategies/index.ts'

/** Sign-in: each route is a step, and answers what is needed next. */
export function addSignInRoutes(router: Router, context: Context): void {
  const { store, sessions } = context

  router.post('/v1/client/sign_ins', defineEventHandler(async (event) => {
    const form = await readForm(event)
    const client = clientOrNew(context, event)
    requireFreeClient(context, event, client)
    const attempt: Attempt = { context, event, client, signIn: newSignIn(client) }
    if (form.identifier) identify(attempt, form.identifier, isTrue(form.sign_up_if_missing))
    saveAttempt(store, attempt.signIn)
    client.sign_in = attempt.signIn.id
    sessions.saveClient(client)
    begin(attempt, form)
    return answerSignIn(attempt)
  }))

  router.get('/v1/client/sign_ins/:id', defineEventHandler(event => answerSignIn(attemptInPath(context, event))))

  const step = (take: (attempt: Attempt, form: Form) => void) => defineEventHandler(async (event) => {
    const form = await readForm(event)
    const attempt = attemptInPath(context, event)
    take(attempt, form)
    return answerSignIn(attempt)
  })
  router.post('/v1/client/sign_ins/:id/prepare_first_factor', step((attempt, form) => {
    if (isSocial(form.strategy)) beginSocialSignIn(attempt, form)
    else prepareFirstFactor(attempt, form)
  }))
  router.post('/v1/client/sign_ins/:id/attempt_first_factor', step(attemptFirstFactor))
  router.post('/v1/client/sign_ins/:id/prepare_second_factor', step(prepareSecondFactor))
  router.post('/v1/client/sign_ins/:id/attempt_second_factor', step(attemptSecondFactor))
  router.post('/v1/client/sign_ins/:id/reset_password', step(resetPassword))
}

/** The request that creates a sign-in can take its next step too. */
function begin(attempt: Attempt, form: Form): void {
  const { strategy = '', password } = form
  if (isTrue(form.transfer)) transferSignUp(attempt)
  else if (strategy === 'ticket') redeemTicket(attempt, form)
  else if (isSocial(strategy)) beginSocialSignIn(attempt, form)
  else if (strategy === 'passkey' && !attempt.signIn.identifier) offerPasskeys(attempt, form)
  else if (password) attemptFirstFactor(attempt, { ...form, strategy: 'password' })
  else if (Object.hasOwn(firstFactors, strategy) && firstFactors[strategy]!.prepare) prepareFirstFactor(attempt, form)
}

/** @throws ClerkError when the path names another sign-in than one of this browser */
function attemptInPath(context: Context, event: H3Event): Attempt {
  const client = clientOrNew(context, event)
  return { context, event, client, signIn: loadAttempt<SignIn>(context.store, client, getRouterParam(event, 'id')) }
}

function answerSignIn({ context, event, client, signIn }: Attempt) {
  return answer(context, event, client, signInJSON(context, signIn, originOf(event)))
}

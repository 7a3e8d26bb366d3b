import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { loadAttempt, newSignUp } from '../attempts.ts'
import type { SignUp } from '../attempts.ts'
import type { Context } from './context.ts'
import { answer, clientOrNew, readForm, requireFreeClient } from './requests.ts'
import type { Form } from './requests.ts'
import { browserSignUpJSON } from '../sign-up-json.ts'
import { attemptVerification, continueSignUp, prepareVerification } from './sign-up-steps.ts'
import type { Attempt } from './sign-up-steps.ts'

/** Sign-up: each route answers what is still missing, until the user is created. */
export function addSignUpRoutes(router: Router, context: Context): void {
  router.post('/v1/client/sign_ups', defineEventHandler(async (event) => {
    const form = await readForm(event)
    const client = clientOrNew(context, event)
    requireFreeClient(context, event, client)
    const attempt: Attempt = { context, event, client, signUp: newSignUp(client) }
    continueSignUp(attempt, form)
    return answerSignUp(attempt)
  }))

  router.get('/v1/client/sign_ups/:id', defineEventHandler(event => answerSignUp(attemptInPath(context, event))))

  const step = (take: (attempt: Attempt, form: Form) => void) => defineEventHandler(async (event) => {
    const form = await readForm(event)
    const attempt = attemptInPath(context, event)
    take(attempt, form)
    return answerSignUp(attempt)
  })
  router.patch('/v1/client/sign_ups/:id', step(continueSignUp))
  router.post('/v1/client/sign_ups/:id/prepare_verification', step(prepareVerification))
  router.post('/v1/client/sign_ups/:id/attempt_verification', step(attemptVerification))
}

/** @throws ClerkError when the path names another sign-up than one of this browser */
function attemptInPath(context: Context, event: H3Event): Attempt {
  const client = clientOrNew(context, event)
  return { context, event, client, signUp: loadAttempt<SignUp>(context.store, client, getRouterParam(event, 'id')) }
}

function answerSignUp({ context, event, client, signUp }: Attempt) {
  return answer(context, event, client, browserSignUpJSON(context, signUp))
}

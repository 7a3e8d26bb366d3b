import { defineEventHandler } from 'h3'
import type { H3Event, Router } from 'h3'
import { verificationJSON } from '../verifications.ts'
import type { Context } from './context.ts'
import { sessionJSON } from './json.ts'
import { answer, originOf, readForm, sessionInPath } from './requests.ts'
import type { Form } from './requests.ts'
import { attempt, factorsOf, prepare, reverificationFactors } from './strategies/index.ts'
import type { Step } from './strategies/strategy.ts'

/** Verifies a session again, which Clerk asks for before a sensitive action. */
export function addReverificationRoutes(router: Router, context: Context): void {
  const { sessions, reverification } = context

  router.post('/v1/client/sessions/:id/verify', defineEventHandler((event) => {
    const { session } = sessionInPath(context, event)
    sessions.save({ ...session, first_factor: null })
    return answerVerification(context, event, 'needs_first_factor')
  }))

  router.post('/v1/client/sessions/:id/verify/prepare_first_factor', defineEventHandler(async (event) => {
    const form = await readForm(event)
    const { session } = sessionInPath(context, event)
    sessions.save({ ...session, first_factor: prepare(reverificationFactors, stepOf(context, event, form)) })
    return answerVerification(context, event, 'needs_first_factor')
  }))

  router.post('/v1/client/sessions/:id/verify/attempt_first_factor', defineEventHandler(async (event) => {
    const form = await readForm(event)
    const { session } = sessionInPath(context, event)
    const first_factor = attempt(reverificationFactors, stepOf(context, event, form))
    sessions.save({ ...session, first_factor, verified_at: reverification.now() })
    return answerVerification(context, event, 'complete')
  }))
}

function stepOf(context: Context, event: H3Event, form: Form): Step {
  const { client, session } = sessionInPath(context, event)
  const account = context.users.get(session.user_id)
  return { context, event, client, account, form, verification: session.first_factor ?? null }
}

function answerVerification(context: Context, event: H3Event, status: 'needs_first_factor' | 'complete') {
  const { client, session } = sessionInPath(context, event)
  const { users, settings, reverification } = context
  const { first_factor, user_id } = session
  return answer(context, event, client, {
    object: 'session_reverification',
    status,
    level: 'first_factor',
    session: sessionJSON(context, session, originOf(event)),
    first_factor_verification: first_factor ? verificationJSON(first_factor, reverification.now()) : null,
    second_factor_verification: null,
    supported_first_factors: factorsOf(reverificationFactors, users.get(user_id), settings.current()),
    supported_second_factors: [],
  })
}

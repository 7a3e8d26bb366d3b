import { defineEventHandler } from 'h3'
import type { H3Event, Router } from 'h3'
import type { Context } from './context.ts'
import { checkFactor, emailCodeTo } from './factors.ts'
import { firstFactorsJSON, sessionJSON, verificationJSON } from './json.ts'
import { answer, originOf, readForm, sessionInPath } from './requests.ts'

/** Verifies a session again, which Clerk asks for before a sensitive action. */
export function addReverificationRoutes(router: Router, context: Context): void {
  const { users, sessions, reverification } = context

  router.post('/v1/client/sessions/:id/verify', defineEventHandler((event) => {
    return answerVerification(context, event, 'needs_first_factor')
  }))

  router.post('/v1/client/sessions/:id/verify/prepare_first_factor', defineEventHandler((event) => {
    const { session } = sessionInPath(context, event)
    emailCodeTo(context, users.get(session.user_id))
    return answerVerification(context, event, 'needs_first_factor', 'email_code')
  }))

  router.post('/v1/client/sessions/:id/verify/attempt_first_factor', defineEventHandler(async (event) => {
    const { session } = sessionInPath(context, event)
    const form = await readForm(event)
    checkFactor(context, users.get(session.user_id), form)
    session.verified_at = reverification.now()
    sessions.save(session)
    return answerVerification(context, event, 'complete', form.strategy === 'email_code' ? 'email_code' : 'password')
  }))
}

type Status = 'needs_first_factor' | 'complete'

function answerVerification(context: Context, event: H3Event, status: Status, strategy?: 'email_code' | 'password') {
  const { client, session } = sessionInPath(context, event)
  const verified = status === 'complete' ? 'verified' : 'unverified'
  return answer(context, event, client, {
    object: 'session_reverification',
    status,
    level: 'first_factor',
    session: sessionJSON(context, session, originOf(event)),
    first_factor_verification: strategy ? verificationJSON(verified, strategy) : null,
    second_factor_verification: null,
    supported_first_factors: firstFactorsJSON(context.users.get(session.user_id)),
    supported_second_factors: [],
  })
}

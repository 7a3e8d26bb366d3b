import { defineEventHandler } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import type { Session, VerificationLevel } from '../sessions.ts'
import { verificationJSON } from '../verifications.ts'
import type { Context } from './context.ts'
import { sessionJSON } from './json.ts'
import { answer, originOf, readForm, sessionInPath } from './requests.ts'
import type { Form } from './requests.ts'
import { attempt, factorsOf, prepare, reverificationFactors, secondFactors } from './strategies/index.ts'

const strategies = { first_factor: reverificationFactors, second_factor: secondFactors }
type Factor = keyof typeof strategies

/** Verifies a session again, which Clerk asks for before a sensitive action: the first factor, the second, or both. */
export function addReverificationRoutes(router: Router, context: Context): void {
  const { sessions, reverification, users, settings } = context

  router.post('/v1/client/sessions/:id/verify', defineEventHandler(async (event) => {
    const { level } = await readForm(event)
    const { session } = sessionInPath(context, event)
    const user = users.get(session.user_id)
    const hasSecond = user.two_factor_enabled && factorsOf(secondFactors, user, settings.current()).length > 0
    const verification_level = hasSecond ? levelOf(level) : 'first_factor'
    sessions.save({ ...session, verification_level, first_factor: null, second_factor: null })
    return answerVerification(context, event)
  }))

  router.post('/v1/client/sessions/:id/verify/prepare_first_factor', prepareFactor('first_factor'))
  router.post('/v1/client/sessions/:id/verify/attempt_first_factor', attemptFactor('first_factor'))
  router.post('/v1/client/sessions/:id/verify/prepare_second_factor', prepareFactor('second_factor'))
  router.post('/v1/client/sessions/:id/verify/attempt_second_factor', attemptFactor('second_factor'))

  function prepareFactor(factor: Factor) {
    return defineEventHandler(async (event) => {
      const form = await readForm(event)
      const { session } = sessionInPath(context, event)
      sessions.save({ ...session, [factor]: prepare(strategies[factor], stepOf(context, event, factor, form)) })
      return answerVerification(context, event)
    })
  }

  function attemptFactor(factor: Factor) {
    return defineEventHandler(async (event) => {
      const form = await readForm(event)
      const { session } = sessionInPath(context, event)
      const verification = attempt(strategies[factor], stepOf(context, event, factor, form))
      const time = factor === 'first_factor' ? 'verified_at' : 'second_verified_at'
      sessions.save({ ...session, [factor]: verification, [time]: reverification.now() })
      return answerVerification(context, event)
    })
  }
}

function levelOf(level: string | undefined): VerificationLevel {
  return level === 'second_factor' || level === 'multi_factor' ? level : 'first_factor'
}

/** What is to be verified next. */
function statusOf({ verification_level = 'first_factor', first_factor, second_factor }: Session) {
  const verifications = { first_factor, second_factor }
  const both: Factor[] = ['first_factor', 'second_factor']
  const needed = verification_level === 'multi_factor' ? both : [verification_level]
  const next = needed.find(factor => verifications[factor]?.status !== 'verified')
  return next ? `needs_${next}` : 'complete'
}

/** @throws ClerkError when another factor is to be verified */
function stepOf(context: Context, event: H3Event, factor: Factor, form: Form) {
  const { client, session } = sessionInPath(context, event)
  if (statusOf(session) !== `needs_${factor}`) throw errors.invalidAction(`the ${factor.replace('_', ' ')}`)
  const account = context.users.get(session.user_id)
  return { context, event, client, account, form, verification: session[factor] ?? null }
}

function answerVerification(context: Context, event: H3Event) {
  const { client, session } = sessionInPath(context, event)
  const { users, settings, reverification } = context
  const user = users.get(session.user_id)
  const values = settings.current()
  const { first_factor, second_factor } = session
  const toJSON = (verification: Session['first_factor']) =>
    verification ? verificationJSON(verification, reverification.now()) : null
  return answer(context, event, client, {
    object: 'session_reverification',
    status: statusOf(session),
    level: session.verification_level ?? 'first_factor',
    session: sessionJSON(context, session, originOf(event)),
    first_factor_verification: toJSON(first_factor),
    second_factor_verification: toJSON(second_factor),
    supported_first_factors: factorsOf(reverificationFactors, user, values),
    supported_second_factors: user.two_factor_enabled ? factorsOf(secondFactors, user, values) : [],
  })
}

import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { createEmail } from '../webhooks/payloads/index.ts'
import type { Context } from './context.ts'
import { checkCode, emailCode } from './factors.ts'
import { verificationJSON } from './json.ts'
import { answer, readForm, requireSession, requireVerifiedSession } from './requests.ts'

/** The signed-in user's email addresses. */
export function addEmailRoutes(router: Router, context: Context): void {
  const { users } = context

  router.get('/v1/me/email_addresses', defineEventHandler((event) => {
    return requireSession(context, event).user.email_addresses
  }))

  router.post('/v1/me/email_addresses', defineEventHandler(async (event) => {
    const { client, user } = requireVerifiedSession(context, event)
    const { email_address } = await readForm(event)
    if (!email_address) throw errors.missing('email_address')
    return answer(context, event, client, users.addEmail(user.id, email_address, false))
  }))

  router.get('/v1/me/email_addresses/:id', defineEventHandler((event) => {
    const { client, email } = emailInPath(context, event)
    return answer(context, event, client, email)
  }))

  router.post('/v1/me/email_addresses/:id/prepare_verification', defineEventHandler((event) => {
    const { client, user, email } = emailInPath(context, event)
    emailCode(context, email.email_address, user.id)
    return answer(context, event, client, { ...email, verification: verificationJSON('unverified', 'email_code') })
  }))

  router.post('/v1/me/email_addresses/:id/attempt_verification', defineEventHandler(async (event) => {
    const { client, user, email } = emailInPath(context, event)
    const { code } = await readForm(event)
    checkCode(code)
    const verified = createEmail(email.id, email.email_address, Date.now())
    users.change(user.id, (changed) => {
      Object.assign(changed.email_addresses.find(({ id }) => id === email.id)!, verified)
    })
    return answer(context, event, client, verified)
  }))

  router.delete('/v1/me/email_addresses/:id', defineEventHandler((event) => {
    requireVerifiedSession(context, event)
    const { client, user, email } = emailInPath(context, event)
    users.removeEmail(user.id, email.id)
    return answer(context, event, client, { object: 'email_address', id: email.id, deleted: true })
  }))
}

/**
 * The signed-in user's email address that the path names as `:id`.
 * @throws ClerkError when it is not the user's
 */
function emailInPath(context: Context, event: H3Event) {
  const signedIn = requireSession(context, event)
  const email = signedIn.user.email_addresses.find(({ id }) => id === getRouterParam(event, 'id'))
  if (!email) throw errors.notFound('email address')
  return { ...signedIn, email }
}

import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { attemptCode, newVerification } from '../verifications.ts'
import type { Verification } from '../verifications.ts'
import type { Context } from './context.ts'
import { identificationJSON } from './json.ts'
import { createLink } from './links.ts'
import { emailCode, emailLink } from './messages.ts'
import { answer, readForm, requireSession, requireVerifiedSession } from './requests.ts'

/** The signed-in user's email addresses. */
export function addEmailRoutes(router: Router, context: Context): void {
  const { users, reverification } = context
  const toJSON = (email: Email) => identificationJSON(email, reverification.now())

  router.get('/v1/me/email_addresses', defineEventHandler((event) => {
    return requireSession(context, event).user.email_addresses.map(toJSON)
  }))

  router.post('/v1/me/email_addresses', defineEventHandler(async (event) => {
    const { client, user } = requireVerifiedSession(context, event)
    const { email_address } = await readForm(event)
    if (!email_address) throw errors.missing('email_address')
    return answer(context, event, client, toJSON(users.identifications.add(user.id, 'email_address', email_address)))
  }))

  router.get('/v1/me/email_addresses/:id', defineEventHandler((event) => {
    const { client, email } = emailInPath(context, event)
    return answer(context, event, client, toJSON(email))
  }))

  router.post('/v1/me/email_addresses/:id/prepare_verification', defineEventHandler(async (event) => {
    const { strategy, redirect_url } = await readForm(event)
    const { client, user, email } = emailInPath(context, event)
    const offered = context.settings.current().email_strategies.find(name => name === strategy)
    if (!offered) throw errors.strategyForUserInvalid()
    const recipient = { to: email.email_address, id: email.id, userId: user.id }
    const verification = newVerification(offered, reverification.now())
    if (offered === 'email_code') {
      emailCode(context, recipient)
    }
    else {
      const subject = { type: 'email_address' as const, id: email.id, user_id: user.id }
      const link = createLink(context, event, client, subject, { to: email.email_address, redirectUrl: redirect_url })
      emailLink(context, recipient, 'magic_link_user_profile', link.url)
    }
    const begun = users.identifications.begin(user.id, 'email_address', email.id, verification)
    return answer(context, event, client, toJSON(begun))
  }))

  router.post('/v1/me/email_addresses/:id/attempt_verification', defineEventHandler(async (event) => {
    const { code } = await readForm(event)
    const { client, user, email } = emailInPath(context, event)
    attemptCode(email.verification as Verification | null, { strategy: 'email_code', code }, reverification.now())
    return answer(context, event, client, toJSON(users.identifications.verify(user.id, 'email_address', email.id)))
  }))

  router.delete('/v1/me/email_addresses/:id', defineEventHandler((event) => {
    requireVerifiedSession(context, event)
    const { client, user, email } = emailInPath(context, event)
    users.identifications.remove(user.id, 'email_address', email.id)
    return answer(context, event, client, { object: 'email_address', id: email.id, deleted: true })
  }))
}

type Email = ReturnType<typeof emailInPath>['email']

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

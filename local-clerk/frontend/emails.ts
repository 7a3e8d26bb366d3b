import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { Identification } from '../identifications.ts'
import { newVerification } from '../verifications.ts'
import type { Context } from './context.ts'
import { addIdentificationRoutes, identificationInPath } from './identifications.ts'
import { identificationJSON } from './json.ts'
import { createLink } from './links.ts'
import { emailCode, emailLink } from './messages.ts'
import { answer, readForm, requireVerifiedSession } from './requests.ts'

/** The signed-in user's email addresses. */
export function addEmailRoutes(router: Router, context: Context): void {
  const { users, reverification } = context
  const toJSON = (email: Identification) => identificationJSON(email, reverification.now())

  addIdentificationRoutes(router, context, 'email_address')

  router.post('/v1/me/email_addresses', defineEventHandler(async (event) => {
    const { client, user } = requireVerifiedSession(context, event)
    const { email_address } = await readForm(event)
    if (!email_address) throw errors.missing('email_address')
    return answer(context, event, client, toJSON(users.identifications.add(user.id, 'email_address', email_address)))
  }))

  router.post('/v1/me/email_addresses/:id/prepare_verification', defineEventHandler(async (event) => {
    const { strategy, redirect_url } = await readForm(event)
    const { client, user, found: email } = identificationInPath(context, event, 'email_address')
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
}

import { errors } from '../../errors.ts'
import { newVerification } from '../../verifications.ts'
import { createLink } from '../links.ts'
import { emailLink } from '../messages.ts'
import { emailFactors, emailOf } from './factors.ts'
import type { Strategy } from './strategy.ts'

/** The user opens the link in place of an attempt: see `verify.ts`. */
export const email_link: Strategy = {
  factors: (account, { email_address, email_strategies }) =>
    email_address !== 'off' && email_strategies.includes('email_link') ? emailFactors(account, 'email_link') : [],

  prepare(step) {
    const { context, event, client, form, linkSubject } = step
    if (!linkSubject) throw errors.strategyForUserInvalid()
    const recipient = emailOf(step)
    const link = createLink(context, event, client, linkSubject, { to: recipient.to, redirectUrl: form.redirect_url })
    emailLink(context, recipient, 'magic_link_sign_in', link.url)
    return { ...newVerification('email_link', context.reverification.now()), link_id: link.id }
  },
}

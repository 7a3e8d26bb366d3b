import type { UserJSON } from '@clerk/backend'
import { errors } from '../errors.ts'
import { newId } from '../store.ts'
import { primaryEmail } from '../users.ts'
import type { Context } from './context.ts'
import type { Form } from './requests.ts'

/** Always accepted, as in Clerk's test mode. */
const testCode = '424242'

/** @throws ClerkError when the code is wrong */
export function checkCode(code: string | undefined): void {
  if (code !== testCode) throw errors.codeIncorrect()
}

/**
 * Checks the password or the emailed code that a form sends.
 * @throws ClerkError when it is wrong
 */
export function checkFactor({ users }: Context, user: UserJSON, { strategy, code, password }: Form): void {
  if (strategy === 'email_code') checkCode(code)
  else if (!users.hasPassword(user.id, password ?? '')) throw errors.passwordIncorrect()
}

/** Sends the event that Clerk sends with an email: Local Clerk delivers no mail. */
export function emailCode({ webhooks }: Context, to: string, userId: string | null): void {
  webhooks.send('email.created', {
    object: 'email',
    id: newId('ema'),
    slug: 'verification_code',
    from_email_name: 'verifications',
    to_email_address: to,
    email_address_id: null,
    user_id: userId,
    subject: `${testCode} is your verification code`,
    body: `Your code is ${testCode}`,
    body_plain: `Your code is ${testCode}`,
    status: 'queued',
    data: { otp_code: testCode },
    delivered_by_clerk: true,
  })
}

export function emailCodeTo(context: Context, user: UserJSON): void {
  emailCode(context, primaryEmail(user)?.email_address ?? '', user.id)
}

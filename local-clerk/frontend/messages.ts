import { newId } from '../store.ts'
import type { Context } from './context.ts'
import { testCode } from '../verifications.ts'

// The events that Clerk sends with its emails and text messages: Local Clerk delivers none.

export interface Recipient {
  /** The email address, or the phone number. */
  to: string
  /** Its id, once it belongs to a user. */
  id: string | null
  userId: string | null
}

/** The templates of Clerk that Local Clerk uses. */
type CodeSlug = 'verification_code' | 'reset_password_code'
type LinkSlug = 'magic_link_sign_in' | 'magic_link_sign_up' | 'magic_link_user_profile'

function sendEmail(
  { webhooks }: Context,
  { to, id, userId }: Recipient,
  { slug, subject, body, data }: { slug: string, subject: string, body: string, data: object },
): void {
  webhooks.send('email.created', {
    object: 'email',
    id: newId('ema'),
    slug,
    from_email_name: 'verifications',
    to_email_address: to,
    email_address_id: id,
    user_id: userId,
    subject,
    body,
    body_plain: body,
    status: 'queued',
    data,
    delivered_by_clerk: true,
  })
}

export function emailCode(context: Context, recipient: Recipient, slug: CodeSlug = 'verification_code'): void {
  sendEmail(context, recipient, {
    slug,
    subject: `${testCode} is your ${slug.replaceAll('_', ' ')}`,
    body: `Your code is ${testCode}`,
    data: { otp_code: testCode },
  })
}

export function emailLink(context: Context, recipient: Recipient, slug: LinkSlug, url: string): void {
  sendEmail(context, recipient, {
    slug,
    subject: 'Your verification link',
    body: `Open this link to continue: ${url}`,
    data: { magic_link: url },
  })
}

export function textCode(
  { webhooks }: Context,
  { to, id, userId }: Recipient,
  slug: CodeSlug = 'verification_code',
): void {
  webhooks.send('sms.created', {
    object: 'sms_message',
    id: newId('sms'),
    slug,
    from_phone_number: '+15555550100',
    to_phone_number: to,
    phone_number_id: id,
    user_id: userId,
    message: `${testCode} is your ${slug.replaceAll('_', ' ')}`,
    status: 'queued',
    data: { otp_code: testCode },
    delivered_by_clerk: true,
  })
}

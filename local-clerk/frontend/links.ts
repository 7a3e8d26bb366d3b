import type { H3Event } from 'h3'
import type { EmailLink, LinkSubject } from '../email-links.ts'
import { errors } from '../errors.ts'
import type { Client } from '../sessions.ts'
import type { Context } from './context.ts'
import { originOf } from './requests.ts'

/**
 * A link that verifies an email address when it is opened, and then leads to a page of the app.
 * @throws ClerkError when the page is not the app's
 */
export function createLink(
  { emailLinks, baseUrl }: Context,
  event: H3Event,
  client: Client,
  subject: LinkSubject,
  { to, redirectUrl }: { to: string, redirectUrl: string | undefined },
): EmailLink {
  const origin = originOf(event)
  const page = redirectUrl && URL.canParse(redirectUrl, origin) ? new URL(redirectUrl, origin) : undefined
  if (page?.origin !== origin) throw errors.missing('redirect_url')
  const fields = { email_address: to, subject, client_id: client.id, redirect_url: page.href }
  return emailLinks.create(fields, new URL(`${baseUrl}/v1/verify`, origin).href)
}

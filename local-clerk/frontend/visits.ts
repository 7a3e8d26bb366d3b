import type { H3Event } from 'h3'
import { ClerkError } from '../errors.ts'
import { isLocal } from '../http.ts'
import type { Keys } from '../keys.ts'
import type { Client } from '../sessions.ts'
import type { Flow } from '../social/flows.ts'
import type { SocialProvider } from '../social/providers.ts'
import type { Context } from './context.ts'
import { appOriginOf } from './requests.ts'
import type { Form } from './requests.ts'

/**
 * Begins a visit at a social provider.
 * @param form  the pages of the app to return to
 * @returns the address of the provider's page
 * @throws ClerkError when a page is not the app's own
 */
export function visit(
  { flows, path, keys }: Context,
  event: H3Event,
  client: Client,
  provider: SocialProvider,
  subject: Flow['subject'],
  { redirect_url, action_complete_redirect_url }: Form,
): string {
  const origin = appOriginOf(event)
  const redirectUrl = ownPage(keys, origin, path, redirect_url ?? '')
  const { id } = flows.begin({
    provider,
    client_id: client.id,
    subject,
    redirect_url: redirectUrl,
    complete_url: action_complete_redirect_url
      ? ownPage(keys, origin, path, action_complete_redirect_url)
      : redirectUrl,
  })
  return `${origin}${path}/social/${provider}?${new URLSearchParams({ state: id })}`
}

/** @returns the address of a page of the app, or of a popup, which returns to a page of the app */
function ownPage(keys: Keys, origin: string, path: string, address: string): string {
  const url = URL.canParse(address, origin) ? new URL(address, origin) : undefined
  // ClerkJS's popups end at a page of the account portal, which Local Clerk serves on the app's own origin.
  if (url?.origin === keys.accountPortal && url.pathname === '/popup-callback') {
    const returnUrl = url.searchParams.get('return_url')
    if (returnUrl) ownPage(keys, origin, path, returnUrl)
    return `${origin}${path}${url.pathname}${url.search}`
  }
  if (!url || (url.origin !== origin && !(keys.instance === 'development' && isLocal(url)))) {
    throw new ClerkError(422, 'form_param_value_invalid', 'is invalid', {
      longMessage: `${address} is not a page of ${origin}.`,
      paramName: 'redirect_url',
    })
  }
  return url.href
}

import { randomBytes } from 'node:crypto'
import { createRouter, defineEventHandler, getCookie, getQuery, readBody, sendRedirect, setResponseHeaders } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { refuseOtherSites } from '../http.ts'
import type { Keys } from '../keys.ts'
import type { Sessions } from '../sessions.ts'
import type { Flow, Flows, Person } from './flows.ts'
import { popupPage, socialPage } from './page.ts'
import { providerNames } from './providers.ts'

interface Context {
  flows: Flows
  sessions: Sessions
  keys: Keys
  /** The path under which the app proxies Local Clerk. */
  path: string
}

/** The pages of the social providers, which Local Clerk plays itself. */
export function socialPages({ flows, sessions, path, keys }: Context): Router {
  const router = createRouter()

  /** @throws ClerkError when the address names no visit that has begun, and is not answered */
  function flowInPath(event: H3Event): Flow {
    const flow = flows.get(getQuery(event).state)
    if (flow.answer || event.path.split('?')[0] !== `/social/${flow.provider}`) throw errors.notFound('page')
    return flow
  }

  router.get('/social/:provider', defineEventHandler((event) => {
    const { provider } = flowInPath(event)
    protect(event)
    return socialPage(providerNames[provider], flows.people())
  }))

  router.post('/social/:provider', defineEventHandler(async (event) => {
    refuseOtherSites(event)
    const flow = flowInPath(event)
    const form = await readBody<Partial<Person> & { deny?: string }>(event)
    const { deny, email_address, first_name = '', last_name = '' } = form
    if (!deny && !email_address) throw errors.missing('email_address')
    const outcome: Record<string, string> = deny
      ? { error: 'access_denied', state: flows.deny(flow).id }
      : { code: flows.agree(flow, { email_address: email_address!, first_name, last_name }), state: flow.id }
    return sendRedirect(event, `${path}/v1/oauth_callback?${new URLSearchParams(outcome)}`, 303)
  }))

  router.get('/popup-callback', defineEventHandler((event) => {
    const client = sessions.findClient(getCookie(event, '__client'))
    if (!client) throw errors.notFound('client')
    const { return_url } = getQuery(event)
    const nonce = randomBytes(16).toString('base64')
    protect(event, nonce)
    const message = return_url ? { return_url } : { session: client.last_active_session_id }
    return popupPage(message, keys.accountPortal, nonce)
  }))

  return router
}

/** The pages load nothing, and show in no frame, where another site could have a visitor click on them. */
function protect(event: H3Event, nonce?: string): void {
  setResponseHeaders(event, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      `default-src 'none'`,
      `base-uri 'none'`,
      `form-action 'self'`,
      `frame-ancestors 'none'`,
      `img-src data:`,
      `style-src 'unsafe-inline'`,
      ...nonce ? [`script-src 'nonce-${nonce}'`] : [],
    ].join('; '),
    'referrer-policy': 'same-origin',
  })
}

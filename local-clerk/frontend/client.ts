import { defineEventHandler, getQuery, sendRedirect, setCookie } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { Context } from './context.ts'
import { answer, clientOf, clientOrNew, openSessionOf, originOf } from './requests.ts'

/** The browser: its open sessions, and the attempts to sign in or up that it has begun. */
export function addClientRoutes(router: Router, context: Context): void {
  const { sessions, keys } = context

  router.get('/v1/client', defineEventHandler((event) => {
    const client = clientOf(context, event)
    return client ? answer(context, event, client) : { response: null, client: null }
  }))

  router.put('/v1/client', defineEventHandler(event => answer(context, event, clientOrNew(context, event))))

  router.delete('/v1/client/sessions', defineEventHandler((event) => {
    const client = clientOrNew(context, event)
    for (const session of sessions.ofClient(client.id)) sessions.end(session, 'removed')
    return answer(context, event, client)
  }))

  // When a page is requested with an expired session token, the app's server redirects the browser here for a new one.
  router.get('/v1/client/handshake', defineEventHandler((event) => {
    const origin = originOf(event)
    const target = new URL(String(getQuery(event).redirect_url ?? '/'), origin)
    if (target.origin !== origin) throw errors.notFound('redirect url')
    const client = clientOf(context, event)
    const session = client && openSessionOf(context, client)
    const cookies = session
      ? [
          `__session=${sessions.token(session, origin)}; Path=/; SameSite=Lax`,
          `__client_uat=${Math.floor(session.created_at / 1000)}; Path=/; SameSite=Lax`,
        ]
      : [
          '__session=; Path=/; Max-Age=0',
          '__client_uat=0; Path=/; SameSite=Lax',
        ]
    // Used once: otherwise every later request would run as this session, even after another user signs in.
    cookies.push('__clerk_handshake=; Path=/; Max-Age=0')
    const handshake = keys.sign({ handshake: cookies })
    setCookie(event, '__clerk_handshake', handshake, { path: '/', sameSite: 'lax', maxAge: 60 })
    return sendRedirect(event, target.href, 307)
  }))
}

import { defineEventHandler, getQuery, sendRedirect, setCookie } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { isLocal } from '../http.ts'
import { cookieSuffix } from '../keys.ts'
import type { Session } from '../sessions.ts'
import type { Context } from './context.ts'
import { clientOf, clientOfDevBrowser, devBrowserName, openSessionOf, originOf, secretOf } from './requests.ts'

const year = 365 * 86_400

/**
 * When the app's server cannot tell whether a page's visitor is signed in, as when the session token has expired, it
 * redirects the browser here for new cookies.
 */
export function addHandshakeRoutes(router: Router, context: Context): void {
  const { keys } = context

  router.get('/v1/client/handshake', defineEventHandler((event) => {
    return keys.instance === 'production' ? byCookie(context, event) : byQuery(context, event)
  }))

  // From an app at a satellite domain, whose visitor may be signed in at the primary one. A handshake comes next.
  router.get('/v1/client/sync', defineEventHandler((event) => {
    const target = localTarget(event)
    const client = clientOf(context, event)
    target.searchParams.set('__clerk_synced', 'true')
    if (client && keys.instance === 'development') target.searchParams.set(devBrowserName, secretOf(client))
    return sendRedirect(event, target.href, 307)
  }))
}

/** @throws ClerkError when the browser would be led to another machine */
function localTarget(event: H3Event): URL {
  const target = URL.parse(String(getQuery(event).redirect_url))
  if (!target || !isLocal(target)) throw errors.notFound('redirect url')
  return target
}

/** The app's origin is Local Clerk's own, so a cookie carries the handshake to the app's server. */
function byCookie(context: Context, event: H3Event) {
  const origin = originOf(event)
  const target = new URL(String(getQuery(event).redirect_url ?? '/'), origin)
  if (target.origin !== origin) throw errors.notFound('redirect url')
  const client = clientOf(context, event)
  const session = client && openSessionOf(context, client)
  const cookies = session
    ? [
        `__session=${context.sessions.token(session, origin)}; Path=/; SameSite=Lax`,
        `__client_uat=${signedInAt(session)}; Path=/; SameSite=Lax`,
      ]
    : [
        '__session=; Path=/; Max-Age=0',
        '__client_uat=0; Path=/; SameSite=Lax',
      ]
  // Used once: otherwise every later request would run as this session, even after another user signs in.
  cookies.push('__clerk_handshake=; Path=/; Max-Age=0')
  const handshake = context.keys.sign({ handshake: cookies })
  setCookie(event, '__clerk_handshake', handshake, { path: '/', sameSite: 'lax', maxAge: 60 })
  return sendRedirect(event, target.href, 307)
}

/** The app has another origin, so the address of the page carries the handshake, or the nonce to ask for it with. */
function byQuery(context: Context, event: H3Event) {
  const { sessions, keys, handshakes } = context
  const target = localTarget(event)
  const client = clientOfDevBrowser(context, event)
  const session = openSessionOf(context, client)
  const suffix = cookieSuffix(keys.publishableKey)
  const both = (name: string, value: string, attributes: string) =>
    [name, `${name}_${suffix}`].map(each => `${each}=${value}; Path=/; SameSite=Lax; ${attributes}`)
  const lasting = `Max-Age=${year}`
  const directives = [
    ...both(devBrowserName, secretOf(client), lasting),
    ...session
      ? [
          ...both('__session', sessions.token(session, target.origin), lasting),
          ...both('__client_uat', String(signedInAt(session)), lasting),
          `__refresh_${suffix}=${sessions.refreshToken(session)}; Path=/; SameSite=Lax; HttpOnly; ${lasting}`,
        ]
      : [
          ...both('__session', '', 'Max-Age=0'),
          ...both('__client_uat', '0', lasting),
        ],
  ]
  target.searchParams.delete(devBrowserName)
  const [name, value] = getQuery(event).format === 'nonce'
    ? ['__clerk_handshake_nonce', handshakes.keep(directives)]
    : ['__clerk_handshake', keys.sign({ handshake: directives })]
  target.searchParams.set(name, value)
  return sendRedirect(event, target.href, 307)
}

const signedInAt = (session: Session) => Math.floor(session.created_at / 1_000)

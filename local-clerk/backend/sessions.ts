import { defineEventHandler, getQuery, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { cookieSuffix } from '../keys.ts'
import type { Session } from '../sessions.ts'
import { listed, readJSON } from './context.ts'
import type { Context } from './context.ts'

interface RefreshInput {
  expired_token?: string
  refresh_token?: string
  request_origin?: string
  format?: 'token' | 'cookie'
}

export function addSessionRoutes(router: Router, { users, sessions, jwtTemplates, keys }: Context): void {
  const sessionInPath = (event: H3Event): Session => sessions.get(getRouterParam(event, 'id') ?? '')

  router.get('/v1/sessions', defineEventHandler((event) => {
    const { user_id, status } = getQuery(event)
    const found = sessions.ofUser(String(user_id)).map(sessions.toJSON)
    return listed(event, found.filter(session => !status || session.status === status))
  }))

  router.post('/v1/sessions', defineEventHandler(async (event) => {
    const { user_id } = await readJSON<{ user_id?: string }>(event)
    const user = users.get(user_id ?? '')
    return sessions.toJSON(sessions.create(user, sessions.createClient().id))
  }))

  router.get('/v1/sessions/:id', defineEventHandler(event => sessions.toJSON(sessionInPath(event))))

  router.post('/v1/sessions/:id/revoke', defineEventHandler((event) => {
    return sessions.toJSON(sessions.end(sessionInPath(event), 'revoked'))
  }))

  /** @throws ClerkError unless the token is the session's own, and the session is active */
  function activeSessionOf(event: H3Event, token = ''): Session {
    const session = sessionInPath(event)
    if (keys.claimsOf(token)?.sid !== session.id || session.status !== 'active') throw errors.signedOut()
    return session
  }

  router.post('/v1/sessions/:id/verify', defineEventHandler(async (event) => {
    const { token } = await readJSON<{ token?: string }>(event)
    return sessions.toJSON(activeSessionOf(event, token))
  }))

  // Clerk's SDKs do this on the app's server, instead of a handshake.
  router.post('/v1/sessions/:id/refresh', defineEventHandler(async (event) => {
    const { expired_token, refresh_token, request_origin, format = 'token' } = await readJSON<RefreshInput>(event)
    const session = activeSessionOf(event, expired_token)
    if (refresh_token !== sessions.refreshToken(session)) throw errors.signedOut()
    const jwt = sessions.token(session, request_origin)
    if (format === 'token') return { object: 'token', jwt }
    const names = ['__session']
    if (getQuery(event).suffixed_cookies) names.push(`__session_${cookieSuffix(keys.publishableKey)}`)
    return { object: 'cookies', cookies: names.map(name => `${name}=${jwt}; Path=/; SameSite=Lax; Max-Age=31536000`) }
  }))

  router.post('/v1/sessions/:id/tokens', defineEventHandler((event) => {
    const session = sessionInPath(event)
    if (session.status !== 'active') throw errors.signedOut()
    return { object: 'token', jwt: sessions.token(session) }
  }))

  router.post('/v1/sessions/:id/tokens/:template', defineEventHandler((event) => {
    const session = sessionInPath(event)
    if (session.status !== 'active') throw errors.signedOut()
    return { object: 'token', jwt: jwtTemplates.token(session, getRouterParam(event, 'template') ?? '') }
  }))
}

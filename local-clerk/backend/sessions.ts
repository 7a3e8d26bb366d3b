import { defineEventHandler, getQuery, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import type { Session } from '../sessions.ts'
import { listed, readJSON } from './context.ts'
import type { Context } from './context.ts'

export function addSessionRoutes(router: Router, { users, sessions, jwtTemplates }: Context): void {
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

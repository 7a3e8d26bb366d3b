import { defineEventHandler, getRouterParam } from 'h3'
import type { Router } from 'h3'
import type { Context } from './context.ts'
import { sessionJSON } from './json.ts'
import { answer, originOf, sessionInPath } from './requests.ts'

/** The sessions of this browser, and their tokens. */
export function addSessionRoutes(router: Router, context: Context): void {
  const { sessions, jwtTemplates } = context

  router.get('/v1/client/sessions/:id', defineEventHandler((event) => {
    const { client, session } = sessionInPath(context, event)
    return answer(context, event, client, sessionJSON(context, session, originOf(event)))
  }))

  router.post('/v1/client/sessions/:id/touch', defineEventHandler((event) => {
    const { client, session } = sessionInPath(context, event)
    session.last_active_at = Date.now()
    sessions.save(session)
    client.last_active_session_id = session.id
    sessions.saveClient(client)
    return answer(context, event, client, sessionJSON(context, session, originOf(event)))
  }))

  router.post('/v1/client/sessions/:id/tokens', defineEventHandler((event) => {
    const { session } = sessionInPath(context, event)
    return { object: 'token', jwt: sessions.token(session, originOf(event)) }
  }))

  router.post('/v1/client/sessions/:id/tokens/:template', defineEventHandler((event) => {
    const { session } = sessionInPath(context, event)
    const name = getRouterParam(event, 'template') ?? ''
    return { object: 'token', jwt: jwtTemplates.token(session, name, originOf(event)) }
  }))

  for (const [action, status] of [['remove', 'removed'], ['end', 'ended']] as const) {
    router.post(`/v1/client/sessions/:id/${action}`, defineEventHandler((event) => {
      const { client, session } = sessionInPath(context, event)
      sessions.end(session, status)
      const ended = { ...sessionJSON(context, session, originOf(event)), last_active_token: null }
      return answer(context, event, client, ended)
    }))
  }
}

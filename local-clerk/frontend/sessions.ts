import { defineEventHandler, getRouterParam } from 'h3'
import type { Router } from 'h3'
import type { Context } from './context.ts'
import { sessionJSON } from './json.ts'
import { answer, originOf, readForm, sessionInPath } from './requests.ts'

/** The sessions of this browser, and their tokens. */
export function addSessionRoutes(router: Router, context: Context): void {
  const { sessions, jwtTemplates, organizations } = context

  router.get('/v1/client/sessions/:id', defineEventHandler((event) => {
    const { client, session } = sessionInPath(context, event)
    return answer(context, event, client, sessionJSON(context, session, originOf(event)))
  }))

  router.post('/v1/client/sessions/:id/touch', defineEventHandler(async (event) => {
    const { client, session } = sessionInPath(context, event)
    const { active_organization_id: wanted } = await readForm(event)
    if (wanted !== undefined) session.last_active_organization_id = organizations.active.choose(session, wanted)
    session.last_active_at = Date.now()
    sessions.save(session)
    client.last_active_session_id = session.id
    sessions.saveClient(client)
    return answer(context, event, client, sessionJSON(context, session, originOf(event)))
  }))

  router.post('/v1/client/sessions/:id/tokens', defineEventHandler(async (event) => {
    const { session } = sessionInPath(context, event)
    const { organization_id: wanted } = await readForm(event)
    // The token of another organization than the chosen one, which stays the chosen one.
    if (wanted !== undefined) session.last_active_organization_id = organizations.active.choose(session, wanted)
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

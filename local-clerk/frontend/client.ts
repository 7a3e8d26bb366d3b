import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { Context } from './context.ts'
import { answer, clientOf, clientOrNew, secretOf } from './requests.ts'

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

  // Only ClerkJS of a development instance asks for it.
  router.post('/v1/dev_browser', defineEventHandler(() => {
    if (keys.instance === 'production') throw errors.notFound('dev browser')
    return { object: 'dev_browser', id: secretOf(sessions.createClient()) }
  }))
}

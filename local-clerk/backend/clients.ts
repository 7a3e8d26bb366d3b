import { defineEventHandler, getQuery, getRouterParam } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { Client } from '../sessions.ts'
import { listed, readJSON } from './context.ts'
import type { Context } from './context.ts'

/** Browsers, and the sessions that are open in them. */
export function addClientRoutes(router: Router, { store, sessions, handshakes }: Context): void {
  function toJSON(client: Client) {
    const open = sessions.ofClient(client.id)
    return {
      object: 'client',
      id: client.id,
      session_ids: open.map(({ id }) => id),
      sessions: open.map(sessions.toJSON),
      sign_in_id: client.sign_in,
      sign_up_id: client.sign_up,
      last_active_session_id: client.last_active_session_id,
      last_authentication_strategy: client.last_authentication_strategy ?? null,
      created_at: client.created_at,
      updated_at: client.updated_at,
    }
  }

  router.get('/v1/clients', defineEventHandler((event) => {
    const rows = store.all<{ data: string }>('select data from clients order by rowid desc')
    return listed(event, rows.map(({ data }) => toJSON(JSON.parse(data))))
  }))

  router.get('/v1/clients/handshake_payload', defineEventHandler((event) => {
    const directives = handshakes.get(String(getQuery(event).nonce))
    if (!directives) throw errors.notFound('handshake payload')
    return { directives }
  }))

  router.get('/v1/clients/:id', defineEventHandler((event) => {
    const client = sessions.getClient(getRouterParam(event, 'id') ?? '')
    if (!client) throw errors.notFound('client')
    return toJSON(client)
  }))

  // The token is the value of the browser's cookie `__client`.
  router.post('/v1/clients/verify', defineEventHandler(async (event) => {
    const { token } = await readJSON<{ token?: string }>(event)
    const client = sessions.findClient(token)
    if (!client) throw errors.notFound('client')
    return toJSON(client)
  }))
}

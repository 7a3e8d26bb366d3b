import { defineEventHandler, getRouterParam } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import type { Actor, Ticket } from '../tickets.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'

const month = 30 * 86_400
const hour = 3_600

interface TicketInput {
  user_id?: string
  actor?: Actor
  expires_in_seconds?: number
  session_max_duration_in_seconds?: number
}

/** Sign-in tokens and actor tokens. A page signs in with one by `?__clerk_ticket=`, or by `strategy: 'ticket'`. */
export function addTicketRoutes(router: Router, { users, tickets }: Context): void {
  router.post('/v1/sign_in_tokens', defineEventHandler(async (event) => {
    const { user_id, expires_in_seconds = month } = await readJSON<TicketInput>(event)
    const { id } = users.get(user_id ?? '')
    return withToken(tickets.create('sign_in_token', { user_id: id }, expires_in_seconds))
  }))

  router.post('/v1/actor_tokens', defineEventHandler(async (event) => {
    const input = await readJSON<TicketInput>(event)
    const { user_id, actor, expires_in_seconds = hour, session_max_duration_in_seconds = hour / 2 } = input
    const { id } = users.get(user_id ?? '')
    if (!actor?.sub) throw errors.missing('actor')
    const session_seconds = session_max_duration_in_seconds
    return withToken(tickets.create('actor_token', { user_id: id, actor, session_seconds }, expires_in_seconds))
  }))

  for (const object of ['sign_in_token', 'actor_token'] as const) {
    router.post(`/v1/${object}s/:id/revoke`, defineEventHandler((event) => {
      return toJSON(tickets.revoke(object, getRouterParam(event, 'id') ?? ''))
    }))
  }
}

function toJSON({ object, id, status, user_id, actor, created_at, updated_at }: Ticket) {
  return { object, id, status, user_id, ...actor && { actor }, created_at, updated_at }
}

const withToken = (ticket: Ticket) => ({ ...toJSON(ticket), token: ticket.token })

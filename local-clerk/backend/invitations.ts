import { defineEventHandler, getQuery, getRouterParam, readBody } from 'h3'
import type { H3Event, Router } from 'h3'
import type { InvitationInput } from '../invitations.ts'
import { listed, readJSON } from './context.ts'
import type { Context } from './context.ts'

const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''

/** Those whose `status` the query asks for, and whose address contains its `query`. */
function wanted<Item extends { status: string, email_address: string }>(event: H3Event, items: Item[]): Item[] {
  const { status, query } = getQuery(event)
  return items
    .filter(item => !status || item.status === status)
    .filter(item => !query || item.email_address.includes(String(query)))
}

export function addInvitationRoutes(router: Router, { store, invitations }: Context): void {
  const { toJSON } = invitations
  router.get('/v1/invitations', defineEventHandler((event) => {
    return listed(event, wanted(event, invitations.list().map(toJSON)))
  }))
  router.post('/v1/invitations', defineEventHandler(async (event) => {
    return toJSON(invitations.create(await readJSON<InvitationInput>(event)))
  }))
  router.post('/v1/invitations/bulk', defineEventHandler(async (event) => {
    const inputs = await readBody<InvitationInput[]>(event) ?? []
    return store.transaction(() => inputs.map(input => toJSON(invitations.create(input))))
  }))
  router.post('/v1/invitations/:id/revoke', defineEventHandler(event => toJSON(invitations.revoke(idInPath(event)))))
  router.delete('/v1/invitations/:id', defineEventHandler(event => invitations.remove(idInPath(event))))
}

export function addWaitlistRoutes(router: Router, { store, waitlist }: Context): void {
  router.get('/v1/waitlist_entries', defineEventHandler((event) => {
    const data = wanted(event, waitlist.list())
    return { data, total_count: data.length }
  }))
  router.post('/v1/waitlist_entries', defineEventHandler(async event => waitlist.add(await readJSON(event))))
  router.post('/v1/waitlist_entries/bulk', defineEventHandler(async (event) => {
    const inputs = await readBody<{ email_address?: string }[]>(event) ?? []
    return store.transaction(() => inputs.map(waitlist.add))
  }))
  router.post('/v1/waitlist_entries/:id/invite', defineEventHandler(async (event) => {
    const { ignore_existing } = await readJSON<InvitationInput>(event)
    return waitlist.invite(idInPath(event), ignore_existing)
  }))
  router.post('/v1/waitlist_entries/:id/reject', defineEventHandler(event => waitlist.reject(idInPath(event))))
  router.delete('/v1/waitlist_entries/:id', defineEventHandler(event => waitlist.remove(idInPath(event))))
}

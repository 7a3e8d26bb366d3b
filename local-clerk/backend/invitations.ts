import { defineEventHandler, getQuery, getRouterParam, readBody } from 'h3'
import type { H3Event, Router } from 'h3'
import { ClerkError, errors } from '../errors.ts'
import type { InvitationInput } from '../invitations.ts'
import { createObjects } from '../objects.ts'
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
}

interface Entry {
  email_address: string
  status: 'pending' | 'invited' | 'rejected' | 'completed'
  is_locked: boolean
  /** The id of its invitation. */
  invitation_id: string | null
}

/** People who wait to be let in. */
export function addWaitlistRoutes(router: Router, { store, invitations, webhooks }: Context): void {
  const entries = createObjects<Entry>(store, 'waitlist_entry', 'wle')

  function toJSON({ invitation_id, ...entry }: ReturnType<typeof entries.get>) {
    const invitation = invitations.list().find(({ id }) => id === invitation_id)
    return { ...entry, invitation: invitation ? invitations.toJSON(invitation) : null }
  }

  /** Answers a change of an entry, and sends its event. */
  function announce(type: 'created' | 'updated', entry: ReturnType<typeof entries.get>) {
    const json = toJSON(entry)
    webhooks.send(`waitlistEntry.${type}`, json)
    return json
  }

  /** Somebody who is in the list already stays there. */
  function add({ email_address }: { email_address?: string }) {
    if (!email_address) throw errors.missing('email_address')
    const known = entries.list().find(entry => entry.email_address === email_address)
    if (known) return toJSON(known)
    return announce('created', entries.create({
      email_address, status: 'pending', is_locked: false, invitation_id: null,
    }))
  }

  router.get('/v1/waitlist_entries', defineEventHandler((event) => {
    const data = wanted(event, entries.list().map(toJSON))
    return { data, total_count: data.length }
  }))
  router.post('/v1/waitlist_entries', defineEventHandler(async event => add(await readJSON(event))))
  router.post('/v1/waitlist_entries/bulk', defineEventHandler(async (event) => {
    const inputs = await readBody<{ email_address?: string }[]>(event) ?? []
    return store.transaction(() => inputs.map(add))
  }))
  router.post('/v1/waitlist_entries/:id/invite', defineEventHandler(async (event) => {
    const { email_address, status } = entries.get(idInPath(event))
    if (status === 'invited') throw new ClerkError(409, 'duplicate_record', 'invited already')
    const { ignore_existing } = await readJSON<InvitationInput>(event)
    const { id } = invitations.create({ email_address, ignore_existing })
    return announce('updated', entries.update(idInPath(event), { status: 'invited', invitation_id: id }))
  }))
  router.post('/v1/waitlist_entries/:id/reject', defineEventHandler((event) => {
    return announce('updated', entries.update(idInPath(event), { status: 'rejected' }))
  }))
  router.delete('/v1/waitlist_entries/:id', defineEventHandler(event => entries.remove(idInPath(event))))
}

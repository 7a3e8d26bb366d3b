import { defineEventHandler, getQuery } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import { limitOf, noFaults } from '../webhooks/faults.ts'
import type { Faults } from '../webhooks/faults.ts'
import { createEvent, eventTypes } from '../webhooks/payloads/index.ts'
import type { EventType } from '../webhooks/payloads/index.ts'
import { action, badRequest, readJSON } from './context.ts'
import type { Context } from './context.ts'

/** Messages of webhooks, the links in emails, and what can go wrong with a delivery. */
export function addMessageRoutes(router: Router, { webhooks, keys, emailLinks }: Context): void {
  router.post('/control/send', action(async (event) => {
    const { type = '', id } = await readJSON<{ type: string, id: string }>(event)
    if (!eventTypes.includes(type as EventType)) throw badRequest(`Unknown event type: ${type}`)
    webhooks.send(type, createEvent(type as EventType, { id: id || undefined }).data)
  }))

  router.post('/control/replay', action(async (event) => {
    const { id = '' } = await readJSON<{ id: string }>(event)
    if (!webhooks.replay(id)) throw errors.notFound('message')
  }))

  // The links that Clerk would have emailed, the newest first.
  router.get('/control/links', defineEventHandler(event => ({
    links: emailLinks.sentTo(String(getQuery(event).email)).map(({ email_address, url, status, created_at }) => ({
      email_address, url, status, created_at,
    })),
  })))

  router.post('/control/rotate-secret', action(() => keys.rotateWebhookSecret()))

  router.post('/control/faults', action(async (event) => {
    const changes = await readJSON<Faults>(event)
    for (const [name, value] of Object.entries(changes)) {
      const limit = limitOf(name)
      const isValid = typeof value === 'number' && value >= 0 && value <= limit
      if (!Object.hasOwn(noFaults, name) || !isValid) throw badRequest(`${name} must be a number from 0 to ${limit}`)
    }
    webhooks.setFaults(changes)
    return webhooks.faults()
  }))
}

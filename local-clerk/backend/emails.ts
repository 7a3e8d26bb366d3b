import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'

interface EmailInput {
  user_id?: string
  email_address?: string
  verified?: boolean
  primary?: boolean
}

/** The email addresses of all users. */
export function addEmailRoutes(router: Router, { store, users }: Context): void {
  const emailInPath = (event: H3Event) =>
    users.identifications.ownerOf('email_address', getRouterParam(event, 'id') ?? '')

  router.post('/v1/email_addresses', defineEventHandler(async (event) => {
    const { user_id, email_address, verified = false, primary = false } = await readJSON<EmailInput>(event)
    const user = users.get(user_id ?? '')
    if (!email_address) throw errors.missing('email_address')
    return users.identifications.add(user.id, 'email_address', email_address, { verified, primary })
  }))

  router.get('/v1/email_addresses/:id', defineEventHandler(event => emailInPath(event).found))

  router.patch('/v1/email_addresses/:id', defineEventHandler(async (event) => {
    const { user, found: email } = emailInPath(event)
    const { verified, primary } = await readJSON<EmailInput>(event)
    store.transaction(() => {
      if (verified !== undefined) users.identifications.setVerified(user.id, 'email_address', email.id, verified)
      if (primary) users.update(user.id, { primary_email_address_id: email.id })
    })
    return emailInPath(event).found
  }))

  router.delete('/v1/email_addresses/:id', defineEventHandler((event) => {
    const { user, found: email } = emailInPath(event)
    users.identifications.remove(user.id, 'email_address', email.id)
    return { object: 'email_address', id: email.id, deleted: true }
  }))
}

import { createRouter, defineEventHandler, getQuery, setResponseHeaders } from 'h3'
import type { Router } from 'h3'
import { password } from '../seed.ts'
import { eventTypes } from '../webhooks/payloads/index.ts'
import type { Context } from './context.ts'
import { addMessageRoutes } from './messages.ts'
import { addOrganizationRoutes } from './organizations.ts'
import { readControlPage } from './page.ts'
import { addSettingsRoutes } from './settings.ts'
import { addSignInRoutes } from './sign-in.ts'
import { addTestRoutes } from './testing.ts'
import { addUserRoutes } from './users.ts'

/** The control page and its JSON API: what Clerk's dashboard offers, and faults on demand. */
export function controlApi(context: Context): Router {
  const { store, webhooks, rateLimit } = context
  const router = createRouter()
  const seeding = addTestRoutes(router, context)
  addMessageRoutes(router, context)
  addUserRoutes(router, context)
  addSignInRoutes(router, context)
  addOrganizationRoutes(router, context)
  addSettingsRoutes(router, context)

  // The page loads nothing, and shows in no frame, where another site could have a visitor click on it.
  router.get('/', defineEventHandler((event) => {
    setResponseHeaders(event, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        `default-src 'none'`,
        `base-uri 'none'`,
        `connect-src 'self'`,
        `form-action 'none'`,
        `frame-ancestors 'none'`,
        `img-src data:`,
        `script-src 'unsafe-inline'`,
        `style-src 'unsafe-inline'`,
      ].join('; '),
    })
    return readControlPage()
  }))

  const count = (sql: string) => store.get<{ total: number }>(sql)!.total
  const accounts = context.accounts.map(({ username, email_address, public_metadata }) => ({
    username,
    email: email_address?.[0],
    admin: public_metadata?.role === 'admin',
  }))

  router.get('/control', defineEventHandler((event) => {
    const { before = Number.MAX_SAFE_INTEGER, query = '' } = getQuery(event)
    return {
      users: count('select count(*) as total from users'),
      waiting: count('select count(*) as total from messages where next_at is not null'),
      idle: webhooks.idle(),
      accounts,
      password,
      eventTypes,
      faults: webhooks.faults(),
      rate_limit: rateLimit.perSecond,
      seeding: seeding(),
      messages: webhooks.list(50, Number(before), String(query)),
    }
  }))
  return router
}

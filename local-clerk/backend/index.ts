import { createRouter, defineEventHandler } from 'h3'
import type { Router } from 'h3'
import type { Context } from './context.ts'
import { addDomainRoutes } from './domains.ts'
import { addInstanceRoutes } from './instance.ts'
import { addSessionRoutes } from './sessions.ts'
import { addUserRoutes } from './users.ts'

/** Clerk's Backend API, as far as `@clerk/backend` uses it for users, sessions, keys and domains. */
export function backendApi(context: Context): Router {
  const router = createRouter()
  router.get('/v1/jwks', defineEventHandler(() => context.keys.jwks))
  addUserRoutes(router, context)
  addSessionRoutes(router, context)
  addInstanceRoutes(router)
  addDomainRoutes(router)
  return router
}

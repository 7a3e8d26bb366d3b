import { createRouter, defineEventHandler } from 'h3'
import type { Router } from 'h3'
import type { Context } from './context.ts'
import { addClientRoutes } from './clients.ts'
import { addDomainRoutes } from './domains.ts'
import { addEmailRoutes } from './emails.ts'
import { addInstanceRoutes } from './instance.ts'
import { addInvitationRoutes, addWaitlistRoutes } from './invitations.ts'
import { addMachineAuthRoutes } from './machine-auth/index.ts'
import { addJwtTemplateRoutes, addRedirectUrlRoutes, addRestrictionRoutes } from './objects.ts'
import { addOrganizationRoutes } from './organizations/index.ts'
import { addPhoneRoutes } from './phones.ts'
import { addSessionRoutes } from './sessions.ts'
import { addSignUpRoutes } from './sign-ups.ts'
import { addTestingTokenRoutes } from './testing-tokens.ts'
import { addTicketRoutes } from './tickets.ts'
import { addUserFactorRoutes } from './user-factors.ts'
import { addUserRoutes } from './users.ts'
import { addWebhookRoutes } from './webhooks.ts'

/** Clerk's Backend API, as far as `@clerk/backend` uses it for users, sessions, keys and domains. */
export function backendApi(context: Context): Router {
  const router = createRouter()
  router.get('/v1/jwks', defineEventHandler(() => context.keys.jwks))
  addUserRoutes(router, context)
  addUserFactorRoutes(router, context)
  addOrganizationRoutes(router, context)
  addEmailRoutes(router, context)
  addPhoneRoutes(router, context)
  addSignUpRoutes(router, context)
  addSessionRoutes(router, context)
  addClientRoutes(router, context)
  addTicketRoutes(router, context)
  addRedirectUrlRoutes(router, context)
  addJwtTemplateRoutes(router, context)
  addRestrictionRoutes(router, context)
  addInvitationRoutes(router, context)
  addWaitlistRoutes(router, context)
  addTestingTokenRoutes(router)
  addInstanceRoutes(router, context)
  addDomainRoutes(router, context)
  addWebhookRoutes(router, context)
  addMachineAuthRoutes(router, context)
  return router
}

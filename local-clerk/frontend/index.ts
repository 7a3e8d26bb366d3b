import { createRouter, defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { addApiKeyRoutes } from './api-keys.ts'
import { addClientRoutes } from './client.ts'
import type { Context } from './context.ts'
import { addEmailRoutes } from './emails.ts'
import { environmentOf } from './environment.ts'
import { addExternalAccountRoutes } from './external-accounts.ts'
import { addHandshakeRoutes } from './handshake.ts'
import { addMeRoutes } from './me.ts'
import { addOauthCallbackRoute } from './oauth-callback.ts'
import { addOrganizationRoutes } from './organizations/index.ts'
import { addPasskeyRoutes } from './passkeys.ts'
import { addPhoneRoutes } from './phones.ts'
import { addReverificationRoutes } from './reverification.ts'
import { addSecondFactorRoutes } from './second-factors.ts'
import { addSessionRoutes } from './sessions.ts'
import { addSignInRoutes } from './sign-ins.ts'
import { addSignUpRoutes } from './sign-ups.ts'
import { addVerifyRoute } from './verify.ts'
import { addWaitlistRoute } from './waitlist.ts'

/** Clerk's Frontend API, as far as ClerkJS 6 uses it: the README lists the routes. */
export function frontendApi(context: Context): Router {
  const router = createRouter()
  const { settings, restrictions, keys, baseUrl } = context
  const environment = defineEventHandler(() => {
    return environmentOf(settings.current(), restrictions.current(), keys.instance, baseUrl)
  })
  router.get('/v1/environment', environment)
  // ClerkJS of a development instance.
  router.patch('/v1/environment', environment)
  addClientRoutes(router, context)
  addHandshakeRoutes(router, context)
  addSignInRoutes(router, context)
  addSignUpRoutes(router, context)
  addSessionRoutes(router, context)
  addReverificationRoutes(router, context)
  addMeRoutes(router, context)
  addEmailRoutes(router, context)
  addPhoneRoutes(router, context)
  addVerifyRoute(router, context)
  addWaitlistRoute(router, context)
  addSecondFactorRoutes(router, context)
  addPasskeyRoutes(router, context)
  addExternalAccountRoutes(router, context)
  addOauthCallbackRoute(router, context)
  addOrganizationRoutes(router, context)
  addApiKeyRoutes(router, context)
  return router
}

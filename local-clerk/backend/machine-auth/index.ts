import type { Router } from 'h3'
import type { Context } from '../context.ts'
import { addApiKeyRoutes } from './api-keys.ts'
import { addM2MTokenRoutes } from './m2m-tokens.ts'
import { addMachineRoutes } from './machines.ts'
import { addOAuthRoutes } from './oauth.ts'

/** How programs authenticate. Some of these paths have no version, as Clerk's own. */
export function addMachineAuthRoutes(router: Router, context: Context): void {
  addMachineRoutes(router, context)
  addM2MTokenRoutes(router, context)
  addApiKeyRoutes(router, context)
  addOAuthRoutes(router, context)
}

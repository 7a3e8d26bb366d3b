import type { DomainJSON } from '@clerk/backend'
import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { frontendHost } from '../keys.ts'

/** The one domain of the instance. No DNS has it: ClerkJS reaches Local Clerk through the app. */
const domain: DomainJSON = {
  object: 'domain',
  id: 'dmn_local',
  name: frontendHost.replace('clerk.', ''),
  is_satellite: false,
  frontend_api_url: `https://${frontendHost}`,
  accounts_portal_url: `https://${frontendHost.replace('clerk.', 'accounts.')}`,
  proxy_url: undefined,
  development_origin: '',
  cname_targets: [],
}

export function addDomainRoutes(router: Router): void {
  router.get('/v1/domains', defineEventHandler(() => ({ data: [domain], total_count: 1 })))
}

import type { Router } from 'h3'
import type { Context } from '../context.ts'
import { addDomainRoutes } from './domains.ts'
import { addInvitationRoutes } from './invitations.ts'
import { addMembershipRoutes } from './memberships.ts'
import { addProfileRoutes } from './organizations.ts'
import { addRoleRoutes } from './roles.ts'
import { addSettingsRoutes } from './settings.ts'

/** Organizations, and all that belongs to them. */
export function addOrganizationRoutes(router: Router, context: Context): void {
  addProfileRoutes(router, context)
  addMembershipRoutes(router, context)
  addInvitationRoutes(router, context)
  addDomainRoutes(router, context)
  addRoleRoutes(router, context)
  addSettingsRoutes(router, context)
}

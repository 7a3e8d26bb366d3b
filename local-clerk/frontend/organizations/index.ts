import type { Router } from 'h3'
import type { Context } from '../context.ts'
import { addDomainRoutes } from './domains.ts'
import { addInvitationRoutes } from './invitations.ts'
import { addMyOrganizationRoutes } from './me.ts'
import { addMemberRoutes } from './members.ts'
import { addProfileRoutes } from './organizations.ts'

/** Organizations, as ClerkJS calls them. What a member may do is decided here, and not by Clerk's components. */
export function addOrganizationRoutes(router: Router, context: Context): void {
  addMyOrganizationRoutes(router, context)
  addProfileRoutes(router, context)
  addMemberRoutes(router, context)
  addInvitationRoutes(router, context)
  addDomainRoutes(router, context)
}

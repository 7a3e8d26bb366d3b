import type { H3Event } from 'h3'
import { inPath } from '../../http.ts'
import { organizationErrors } from '../../organizations/errors.ts'
import type { SystemPermission } from '../../organizations/permissions.ts'
import type { Context } from '../context.ts'
import { requireSession } from '../requests.ts'

/**
 * The signed-in user as a member of the organization that the path names as `:id`.
 * @param permissions  of which the member must have one
 * @throws ClerkError when the user is not a member, or has none of them
 */
export function requireMember(context: Context, event: H3Event, ...permissions: SystemPermission[]) {
  const { organizations } = context
  organizations.requireEnabled()
  const signedIn = requireSession(context, event)
  const organization = organizations.find(inPath(event, 'id'))
  const membership = organization && organizations.memberships.find(organization.id, signedIn.user.id)
  if (!membership) throw organizationErrors.notFoundOrUnauthorized()
  const own = organizations.memberships.permissionsOf(membership)
  if (permissions.length > 0 && !permissions.some(permission => own.includes(permission))) {
    throw organizationErrors.missingPermission(permissions)
  }
  return { ...signedIn, organization, membership }
}

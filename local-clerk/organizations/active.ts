import type { Settings } from '../settings.ts'
import type { Session } from '../sessions.ts'
import { organizationErrors } from './errors.ts'
import type { Memberships } from './memberships.ts'
import { permissionClaims } from './permissions.ts'
import type { Membership, Records } from './records.ts'
import type { Roles } from './roles.ts'

export type OrganizationSession = Pick<Session, 'user_id' | 'last_active_organization_id'>

interface Parts {
  settings: Settings
  records: Records
  roles: Roles
  memberships: Memberships
}

export type ActiveOrganizations = ReturnType<typeof createActiveOrganizations>

/** The organization that a session acts in, as the claims of its token tell it. */
export function createActiveOrganizations({ settings, records, roles, memberships }: Parts) {
  /** Undefined also when the user has left it since. */
  function membershipOf({ user_id, last_active_organization_id: id }: OrganizationSession): Membership | undefined {
    return id && settings.current().organizations ? memberships.find(id, user_id) : undefined
  }

  return {
    membershipOf,

    /** Whether the user has no personal account to act in, and has chosen no organization. */
    mustChoose(session: OrganizationSession): boolean {
      const { organizations, force_organization_selection } = settings.current()
      return organizations && force_organization_selection && !membershipOf(session)
    },

    /**
     * The organization that a user chooses.
     * @param wanted  an id, or empty for the user's personal account
     * @throws ClerkError when the user is not in it
     */
    choose(session: OrganizationSession, wanted: string): string | null {
      const { force_organization_selection } = settings.current()
      if (!wanted) return force_organization_selection ? membershipOf(session)?.organization_id ?? null : null
      if (!memberships.find(wanted, session.user_id)) throw organizationErrors.notFoundOrUnauthorized()
      return wanted
    },

    /**
     * The organization that a new session begins in: the one that the user chose last, or one joined since.
     * @param earlier  the user's other sessions
     */
    first(userId: string, earlier: Session[]): string | null {
      const [newest] = memberships.ofUser(userId)
      if (!newest) return null
      const [last] = earlier.toSorted((a, b) => b.last_active_at - a.last_active_at)
      if (!last || last.last_active_at <= newest.created_at) return newest.organization_id
      return membershipOf(last)?.organization_id ?? null
    },

    /** The claims of version 2 for the organization. */
    claims(session: OrganizationSession) {
      const membership = membershipOf(session)
      if (!membership) return { fea: '' }
      const { id, slug } = records.organizations.get(membership.organization_id)
      const { fea, per, fpm } = permissionClaims(memberships.permissionsOf(membership))
      const rol = roles.get(membership.role_id).key.replace('org:', '')
      return { fea, o: { id, slg: slug, rol, ...per && { per, fpm } } }
    },

    /** What the shortcodes of JWT templates can name. */
    templateValues(session: OrganizationSession) {
      const all = memberships.ofUser(session.user_id)
      const keyOf = ({ role_id }: Membership) => roles.get(role_id).key
      const membership = membershipOf(session)
      const organizations = Object.fromEntries(all.map(each => [each.organization_id, keyOf(each)]))
      if (!membership) return { organizations }
      const { private_metadata: _, ...organization } = records.organizations.get(membership.organization_id)
      return {
        organizations,
        org: { ...organization, role: keyOf(membership), permissions: memberships.permissionsOf(membership) },
        org_membership: { public_metadata: membership.public_metadata },
      }
    },
  }
}

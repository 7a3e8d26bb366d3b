import type { UserJSON } from '@clerk/backend'
import { errors } from '../errors.ts'
import { identifierOf } from '../identifications.ts'
import { mergeMetadata } from '../metadata.ts'
import type { Store } from '../store.ts'
import type { Metadata, Users } from '../users.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { organizationErrors } from './errors.ts'
import { hasMinimum } from './permissions.ts'
import type { Membership, Organization, Records } from './records.ts'
import type { Roles } from './roles.ts'

interface MembershipInput {
  organization_id: string
  user_id: string
  role_id: string
  public_metadata?: Metadata
  private_metadata?: Metadata
}

interface Parts {
  store: Store
  webhooks: Webhooks
  users: Users
  records: Records
  roles: Roles
}

export type Memberships = ReturnType<typeof createMemberships>

/** What everybody in an organization sees of a user. */
export function publicUserData(user: UserJSON) {
  return {
    user_id: user.id,
    first_name: user.first_name,
    last_name: user.last_name,
    image_url: user.image_url,
    has_image: user.has_image,
    identifier: identifierOf(user),
  }
}

/** The members of organizations. Each change of one sends an event. */
export function createMemberships({ store, webhooks, users, records, roles }: Parts) {
  const { memberships, organizations, invitations } = records

  const ofOrganization = (id: string) => memberships.where('organization_id', id)

  const pendingInvitations = (id: string) => invitations.where('organization_id', id)
    .filter(({ status, expires_at }) => status === 'pending' && expires_at > Date.now())

  const permissionsOf = ({ role_id }: Membership) => roles.permissionsOf(roles.get(role_id))

  const hasElevatedMember = (members: Membership[]) => members.some(each => hasMinimum(permissionsOf(each)))

  /** An organization in the Backend API and in events. */
  function organizationJSON(organization: Organization) {
    return {
      ...organization,
      members_count: ofOrganization(organization.id).length,
      pending_invitations_count: pendingInvitations(organization.id).length,
    }
  }

  /** A membership in the Backend API and in events. */
  function toJSON({ organization_id, user_id, role_id, ...membership }: Membership) {
    const role = roles.get(role_id)
    const user = users.get(user_id)
    return {
      ...membership,
      role: role.key,
      role_name: role.name,
      permissions: roles.permissionsOf(role),
      organization: organizationJSON(organizations.get(organization_id)),
      public_user_data: {
        ...publicUserData(user),
        profile_image_url: user.image_url,
        username: user.username,
        banned: user.banned,
      },
    }
  }

  /** @throws ClerkError when nobody else in the organization has the minimum of permissions */
  function requireOthers(membership: Membership): void {
    const others = ofOrganization(membership.organization_id).filter(({ id }) => id !== membership.id)
    if (hasMinimum(permissionsOf(membership)) && !hasElevatedMember(others)) {
      throw organizationErrors.minimumPermissions()
    }
  }

  function save(id: string, fields: Partial<MembershipInput>): Membership {
    return store.transaction(() => {
      const membership = memberships.update(id, fields)
      webhooks.send('organizationMembership.updated', toJSON(membership))
      return membership
    })
  }

  function find(organizationId: string, userId: string): Membership | undefined {
    return memberships.where('user_id', userId).find(({ organization_id }) => organization_id === organizationId)
  }

  /** @throws ClerkError when the organization has its limit of members */
  function requireRoom(organizationId: string, more: number): void {
    const limit = organizations.get(organizationId).max_allowed_memberships
    if (limit && more > limit) throw organizationErrors.quotaExceeded(limit)
  }

  function remove(membership: Membership): Membership {
    return store.transaction(() => {
      webhooks.send('organizationMembership.deleted', toJSON(membership))
      memberships.remove(membership.id)
      return membership
    })
  }

  return {
    list: memberships.list,
    find,
    ofOrganization,
    ofUser: (id: string) => memberships.where('user_id', id),
    permissionsOf,
    organizationJSON,
    toJSON,
    remove,

    /** @throws ClerkError when there is none */
    get(organizationId: string, userId: string): Membership {
      const membership = find(organizationId, userId)
      if (!membership) throw errors.notFound('organization membership')
      return membership
    },

    isMissingElevated: (organizationId: string) => !hasElevatedMember(ofOrganization(organizationId)),

    /** @throws ClerkError when the organization has no room for this number of invitations beside its pending ones */
    requireRoomForInvitations(organizationId: string, count: number): void {
      const pending = pendingInvitations(organizationId).length
      requireRoom(organizationId, ofOrganization(organizationId).length + pending + count)
    },

    /**
     * Adds a member.
     * @param invited  whether a pending invitation has kept a place
     * @throws ClerkError when the user is a member, or the organization has its limit of members
     */
    add(input: MembershipInput, { invited = false } = {}): Membership {
      const { organization_id, user_id, role_id, public_metadata = {}, private_metadata = {} } = input
      const user = users.get(user_id)
      if (find(organization_id, user_id)) {
        throw organizationErrors.alreadyMember(publicUserData(user).identifier)
      }
      const kept = invited ? 0 : pendingInvitations(organization_id).length
      requireRoom(organization_id, ofOrganization(organization_id).length + kept + 1)
      return store.transaction(() => {
        const fields = { organization_id, user_id, role_id, public_metadata, private_metadata }
        const membership = memberships.create(fields)
        webhooks.send('organizationMembership.created', toJSON(membership))
        return membership
      })
    },

    /** @throws ClerkError when nobody would have the minimum of permissions */
    changeRole(membership: Membership, roleId: string): Membership {
      if (!hasMinimum(roles.permissionsOf(roles.get(roleId)))) requireOthers(membership)
      return save(membership.id, { role_id: roleId })
    },

    mergeMetadata(membership: Membership, given: Pick<MembershipInput, 'public_metadata' | 'private_metadata'>) {
      return save(membership.id, {
        public_metadata: mergeMetadata(membership.public_metadata, given.public_metadata ?? {}),
        private_metadata: mergeMetadata(membership.private_metadata, given.private_metadata ?? {}),
      })
    },

    /** @throws ClerkError when nobody would have the minimum of permissions */
    expel(membership: Membership): Membership {
      requireOthers(membership)
      return remove(membership)
    },

    /** Removes a user who is about to be deleted. */
    removeUser(userId: string): void {
      for (const membership of memberships.where('user_id', userId)) remove(membership)
      for (const kind of [records.suggestions, records.requests]) {
        for (const { id } of kind.where('user_id', userId)) kind.remove(id)
      }
    },
  }
}

import type { Membership, MembershipRequest, Organization, Suggestion } from '../../organizations/records.ts'
import { publicOrganizationData } from '../../organizations/invitations.ts'
import { publicUserData } from '../../organizations/memberships.ts'
import type { Context } from '../context.ts'

// Organizations, as the Frontend API sends them to ClerkJS: without private metadata.

const withImage = <Data extends { image_url: string }>(data: Data, origin: string): Data =>
  ({ ...data, image_url: new URL(data.image_url, origin).href })

export function organizationJSON({ organizations }: Context, organization: Organization, origin: string) {
  const { private_metadata: _, created_by: __, ...json } = organizations.memberships.organizationJSON(organization)
  return withImage(json, origin)
}

export function membershipJSON(context: Context, membership: Membership, origin: string) {
  const { organizations, users } = context
  const { private_metadata: _, ...json } = organizations.memberships.toJSON(membership)
  return {
    ...json,
    organization: organizationJSON(context, organizations.get(membership.organization_id), origin),
    public_user_data: withImage(publicUserData(users.get(membership.user_id)), origin),
  }
}

/** A user's memberships: none while organizations are turned off. */
export function membershipsJSON(context: Context, userId: string, origin: string) {
  const { organizations, settings } = context
  if (!settings.current().organizations) return []
  return organizations.memberships.ofUser(userId).map(membership => membershipJSON(context, membership, origin))
}

type InvitationJSON = ReturnType<Context['organizations']['invitations']['withOrganization']>

/** The link stays a secret of the invited. */
export function invitationJSON(invitation: InvitationJSON, origin: string) {
  const { private_metadata: _, public_inviter_data: __, inviter_id: ___, ...json } = invitation
  return { ...json, url: null, public_organization_data: withImage(json.public_organization_data, origin) }
}

export function suggestionJSON({ organizations }: Context, suggestion: Suggestion, origin: string) {
  const { organization_id, user_id: _, domain_id: __, ...json } = suggestion
  const data = publicOrganizationData(organizations.get(organization_id))
  return { ...json, public_organization_data: withImage(data, origin) }
}

export function requestJSON({ users }: Context, request: MembershipRequest, origin: string) {
  const { user_id, suggestion_id: _, ...json } = request
  return { ...json, public_user_data: withImage(publicUserData(users.get(user_id)), origin) }
}

import { z } from 'zod'

/*
 * Clerk's answers about organizations, after its published descriptions of both APIs (version 2026-05-12): strict, with
 * only what Local Clerk serves.
 */

const time = z.int().min(0)
const text = z.string().nullable()
const metadata = z.record(z.string(), z.unknown())
const times = { created_at: time, updated_at: time }

const organizationShape = {
  object: z.literal('organization'),
  id: z.string().startsWith('org_'),
  name: z.string(),
  slug: z.string(),
  image_url: z.string(),
  has_image: z.boolean(),
  members_count: z.int().min(0).optional(),
  pending_invitations_count: z.int().min(0).optional(),
  max_allowed_memberships: z.int(),
  admin_delete_enabled: z.boolean(),
  public_metadata: metadata,
  ...times,
}
const publicUserData = {
  user_id: z.string(),
  first_name: text,
  last_name: text,
  image_url: z.string(),
  has_image: z.boolean(),
  identifier: z.string(),
}
const membershipShape = {
  object: z.literal('organization_membership'),
  id: z.string().startsWith('orgmem_'),
  role: z.string(),
  role_name: z.string(),
  permissions: z.array(z.string()),
  public_metadata: metadata,
  ...times,
}
const publicOrganizationData = z.strictObject({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  image_url: z.string(),
  has_image: z.boolean(),
})
const invitationShape = {
  object: z.literal('organization_invitation'),
  id: z.string().startsWith('orginv_'),
  email_address: z.string(),
  role: z.string(),
  role_name: z.string(),
  organization_id: z.string(),
  status: z.enum(['pending', 'accepted', 'revoked', 'expired']),
  public_metadata: metadata,
  expires_at: time.nullable(),
  ...times,
}

const verification = z.strictObject({
  status: z.enum(['unverified', 'verified']),
  strategy: z.string(),
  attempts: z.int().nullable(),
  expire_at: time.nullable(),
  verified_at: time.nullable(),
}).nullable()
const domain = z.strictObject({
  object: z.literal('organization_domain'),
  id: z.string().startsWith('orgdmn_'),
  organization_id: z.string(),
  name: z.string(),
  enrollment_mode: z.enum(['manual_invitation', 'automatic_invitation', 'automatic_suggestion', 'enterprise_sso']),
  affiliation_email_address: text,
  affiliation_verification: verification,
  ownership_verification: z.null(),
  verification,
  total_pending_invitations: z.int(),
  total_pending_suggestions: z.int(),
  public_organization_data: publicOrganizationData,
  ...times,
})
const permission = z.strictObject({
  object: z.literal('permission'),
  id: z.string(),
  name: z.string(),
  key: z.string(),
  description: z.string(),
  type: z.enum(['system', 'user']),
  ...times,
})
const roleShape = {
  object: z.literal('role'),
  id: z.string(),
  name: z.string(),
  key: z.string(),
  is_creator_eligible: z.boolean(),
  permissions: z.array(permission),
  ...times,
}

const listOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ data: z.array(item), total_count: z.int() })

/** In the Frontend API, without private metadata. */
export const clientMembership = z.strictObject({
  ...membershipShape,
  organization: z.strictObject(organizationShape),
  public_user_data: z.strictObject(publicUserData),
})
const clientInvitation = z.strictObject({
  ...invitationShape,
  url: z.null(),
  public_organization_data: publicOrganizationData,
})
const suggestion = z.strictObject({
  object: z.literal('organization_suggestion'),
  id: z.string(),
  status: z.enum(['pending', 'accepted', 'completed']),
  public_organization_data: publicOrganizationData,
  ...times,
})
const membershipRequest = z.strictObject({
  object: z.literal('organization_membership_request'),
  id: z.string(),
  organization_id: z.string(),
  status: z.enum(['pending', 'accepted', 'rejected']),
  public_user_data: z.strictObject(publicUserData),
  ...times,
})

/** What the Frontend API's envelope contains. */
export const clientOrganizations = {
  organization: z.strictObject(organizationShape),
  membership: clientMembership,
  memberships: listOf(clientMembership),
  invitation: clientInvitation,
  invitations: z.array(clientInvitation),
  invitationList: listOf(clientInvitation),
  domain,
  domains: listOf(domain),
  suggestion,
  suggestions: listOf(suggestion),
  membershipRequest,
  membershipRequests: listOf(membershipRequest),
  roles: listOf(z.strictObject({ ...roleShape, description: z.string() }))
    .extend({ has_role_set_migration: z.literal(false) }),
}

const organization = z.strictObject({
  ...organizationShape,
  private_metadata: metadata,
  created_by: z.string().optional(),
  missing_member_with_elevated_permissions: z.boolean().optional(),
})
const membership = z.strictObject({
  ...membershipShape,
  private_metadata: metadata,
  organization,
  public_user_data: z.strictObject({
    ...publicUserData,
    profile_image_url: text,
    username: text,
    banned: z.boolean(),
  }),
})
const invitation = z.strictObject({
  ...invitationShape,
  private_metadata: metadata,
  url: text,
  inviter_id: text,
  public_inviter_data: z.strictObject(publicUserData).nullable(),
  public_organization_data: publicOrganizationData.optional(),
})
const role = z.strictObject({ ...roleShape, description: text })

/** The answers of the Backend API. */
export const backendOrganizations = {
  organization,
  organizations: listOf(organization),
  membership,
  memberships: listOf(membership),
  invitation,
  invitations: listOf(invitation),
  domain,
  domains: listOf(domain),
  role,
  roles: listOf(role),
  permission,
  permissions: listOf(permission),
  settings: z.strictObject({
    object: z.literal('organization_settings'),
    enabled: z.boolean(),
    max_allowed_memberships: z.int(),
    max_allowed_roles: z.int(),
    max_allowed_permissions: z.int(),
    max_allowed_domains: z.int(),
    max_role_sets_allowed: z.int(),
    creator_role: z.string(),
    admin_delete_enabled: z.boolean(),
    domains_enabled: z.boolean(),
    slug_disabled: z.boolean(),
    domains_enrollment_modes: z.array(z.enum(['manual_invitation', 'automatic_invitation', 'automatic_suggestion'])),
    domains_default_role: z.string(),
  }),
}

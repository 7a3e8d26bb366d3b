import { ClerkError } from '../errors.ts'

/** Clerk's own codes and messages for organizations. */
export const organizationErrors = {
  disabled: () => new ClerkError(403, 'organization_not_enabled_in_instance', 'access denied', {
    longMessage: 'The organizations feature is not enabled for this instance. Enable it in the settings.',
  }),

  /** The same for an organization of others: who is not in it learns nothing of it. */
  notFoundOrUnauthorized: () => new ClerkError(
    404,
    'organization_not_found_or_unauthorized',
    'not found or unauthorized',
    { longMessage: 'Given organization not found, or you don\'t have permission to access the organization' },
  ),

  missingPermission: (permissions: string[]) => new ClerkError(
    403,
    'missing_organization_permission',
    'missing permission',
    { longMessage: 'Current user is missing an organization permission.', meta: { permissions } },
  ),

  creationDisabled: () => new ClerkError(403, 'user_create_organization_not_enabled', 'not allowed', {
    longMessage: 'This user is not allowed to create organizations.',
  }),

  creatorNotFound: (id: string) => new ClerkError(400, 'organization_creator_not_found', 'creator not found', {
    longMessage: `No users found with id ${id}.`,
  }),

  slugInvalid: () => new ClerkError(422, 'form_param_format_invalid', 'is invalid', {
    longMessage: 'A slug can only contain lowercase letters, numbers and dashes.',
    paramName: 'slug',
  }),

  alreadyMember: (identifier: string) => new ClerkError(400, 'already_a_member_in_organization', 'already a member', {
    longMessage: `${identifier} is already a member of the organization.`,
  }),

  quotaExceeded: (limit: number) => new ClerkError(
    403,
    'organization_membership_quota_exceeded',
    'organization membership quota exceeded',
    {
      longMessage:
        `You have reached your limit of ${limit} organization memberships, including outstanding invitations.`,
    },
  ),

  minimumPermissions: () => new ClerkError(
    400,
    'organization_minimum_permissions_needed',
    'minimum organization permissions needed',
    { longMessage: 'There has to be at least one organization member with the minimum required permissions' },
  ),

  roleNotFound: (paramName = 'role') => new ClerkError(404, 'resource_not_found', 'not found', {
    longMessage: 'Organization role not found',
    paramName,
  }),

  duplicateInvitations: (addresses: string[]) => new ClerkError(400, 'duplicate_record', 'duplicate invitation', {
    longMessage: `There are already pending invitations for the following email addresses: ${addresses.join(', ')}`,
    meta: { email_addresses: addresses },
  }),

  tooMany: (limit: number) => new ClerkError(400, 'bulk_size_exceeded', 'bulk size exceeded', {
    longMessage: `Parameters exceed the maximum allowed bulk processing size of ${limit}.`,
  }),

  invitationNotPending: () => new ClerkError(404, 'organization_invitation_not_pending', 'not pending', {
    longMessage: 'The organization invitation is not in the \'pending\' status.',
  }),

  domainsDisabled: () => new ClerkError(403, 'organization_domains_not_enabled', 'access denied', {
    longMessage: 'Organization domains are not enabled for this instance.',
  }),

  domainInvalid: () => new ClerkError(422, 'form_param_format_invalid', 'is invalid', {
    longMessage: 'Name must be a valid domain name.',
    paramName: 'name',
  }),

  domainCommon: () => new ClerkError(422, 'organization_domain_common', 'common email domain', {
    longMessage: 'This is a common email provider domain. Please use a different one.',
    paramName: 'name',
  }),

  domainExists: () => new ClerkError(422, 'organization_domain_already_exists', 'organization domain already exists', {
    longMessage: 'This domain is already used by another organization.',
    paramName: 'name',
  }),

  domainMismatch: () => new ClerkError(422, 'organization_domain_mismatch', 'Organization domain mismatch', {
    longMessage: 'The provided email address doesn\'t match the organization domain name.',
    paramName: 'affiliation_email_address',
  }),

  enrollmentModeDisabled: (mode: string) => new ClerkError(
    403,
    'organization_domain_enrollment_mode_not_enabled',
    'organization enrollment mode not enabled',
    { longMessage: `Enrollment mode ${mode} is not enabled for this instance's organizations.` },
  ),

  suggestionAccepted: () => new ClerkError(
    400,
    'organization_suggestion_already_accepted',
    'suggestion has already been accepted',
    { longMessage: 'This organization suggestion has already been accepted.' },
  ),

  keyInvalid: (longMessage: string) => new ClerkError(422, 'form_param_format_invalid', 'is invalid', {
    longMessage,
    paramName: 'key',
  }),

  roleUsed: (code: string, longMessage: string) => new ClerkError(422, code, 'role is used', { longMessage }),

  creatorRolePermissions: (permissions: readonly string[]) => new ClerkError(
    422,
    'organization_missing_creator_role_permissions',
    'missing permissions for creator role',
    { longMessage: `The creator role must contain the following permissions: ${permissions.join(', ')}` },
  ),

  permissionAssigned: () => new ClerkError(
    409,
    'organization_role_permission_association_exists',
    'permission already assigned to role',
    { longMessage: 'This organization permission is already associated to this organization role.' },
  ),

  systemPermission: () => new ClerkError(
    403,
    'organization_system_permission_not_modifiable',
    'organization system permission cannot be modified',
    { longMessage: 'This organization permission cannot be modified because it is a system permission.' },
  ),
}

import type {
  OrganizationDomainJSON,
  OrganizationInvitationJSON,
  OrganizationJSON,
  OrganizationMembershipJSON,
} from '@clerk/backend'
import { day, emailOf, idOf, imageOf } from './subject.ts'
import type { DataOf, Subject } from './subject.ts'

export const organization = (subject: Subject): OrganizationJSON => ({
  object: 'organization',
  id: idOf('org', subject),
  name: 'Example Ltd',
  slug: 'example-ltd',
  image_url: imageOf(idOf('org', subject)),
  has_image: false,
  members_count: 1,
  pending_invitations_count: 0,
  max_allowed_memberships: 5,
  admin_delete_enabled: true,
  public_metadata: {},
  private_metadata: {},
  created_by: subject.id,
  created_at: subject.at,
  updated_at: subject.at,
})

export const domain = (subject: Subject): OrganizationDomainJSON => ({
  object: 'organization_domain',
  id: idOf('orgdmn', subject),
  name: 'example.com',
  organization_id: idOf('org', subject),
  enrollment_mode: 'manual_invitation',
  verification: null,
  affiliation_email_address: null,
  created_at: subject.at,
  updated_at: subject.at,
  total_pending_invitations: 0,
  total_pending_suggestions: 0,
})

export const invitation = (subject: Subject): OrganizationInvitationJSON => ({
  object: 'organization_invitation',
  id: idOf('orginv', subject),
  email_address: emailOf(subject.id),
  role: 'org:member',
  role_name: 'Member',
  organization_id: idOf('org', subject),
  status: 'pending',
  public_metadata: {},
  private_metadata: {},
  url: null,
  created_at: subject.at,
  updated_at: subject.at,
  expires_at: subject.at + 30 * day,
})

export const membership = (subject: Subject): OrganizationMembershipJSON => ({
  object: 'organization_membership',
  id: idOf('orgmem', subject),
  public_metadata: {},
  private_metadata: {},
  role: 'org:admin',
  permissions: ['org:sys_memberships:read'],
  created_at: subject.at,
  updated_at: subject.at,
  organization: organization(subject),
  public_user_data: {
    identifier: emailOf(subject.id),
    first_name: 'Robin',
    last_name: 'Example',
    image_url: imageOf(subject.id),
    has_image: false,
    user_id: subject.id,
  },
})

export const permission = (subject: Subject): DataOf<'permission.created'> => ({
  object: 'permission',
  id: idOf('perm', subject),
  key: 'org:reports:read',
  name: 'Read reports',
  description: 'May read reports',
  created_at: subject.at,
  updated_at: subject.at,
})

export const role = (subject: Subject): DataOf<'role.created'> => ({
  object: 'role',
  id: idOf('role', subject),
  key: 'org:reader',
  name: 'Reader',
  description: 'Reads reports',
  permissions: [permission(subject)],
  is_creator_eligible: false,
  created_at: subject.at,
  updated_at: subject.at,
})

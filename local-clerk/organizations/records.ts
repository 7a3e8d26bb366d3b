import type { enrollmentModes } from '../settings.ts'
import { createObjects } from '../objects.ts'
import type { Stored } from '../objects.ts'
import type { Store } from '../store.ts'
import type { Metadata } from '../users.ts'

export type EnrollmentMode = typeof enrollmentModes[number]

interface OrganizationFields {
  name: string
  slug: string
  image_url: string
  has_image: boolean
  /** 0 for any number. */
  max_allowed_memberships: number
  admin_delete_enabled: boolean
  public_metadata: Metadata
  private_metadata: Metadata
  created_by?: string
}

interface MembershipFields {
  organization_id: string
  user_id: string
  role_id: string
  public_metadata: Metadata
  private_metadata: Metadata
}

interface InvitationFields {
  organization_id: string
  email_address: string
  role_id: string
  status: 'pending' | 'accepted' | 'revoked'
  public_metadata: Metadata
  private_metadata: Metadata
  inviter_id: string | null
  /** The page that the link of the invitation leads to. */
  redirect_url: string | null
  /** The link, or null where the app's address is not known. */
  url: string | null
  /** The domain that has made the invitation. */
  domain_id: string | null
  /** Empty until it is signed, for which the id is needed. */
  ticket: string
  expires_at: number
}

interface DomainVerification {
  status: 'unverified' | 'verified'
  strategy: 'email_code'
  attempts: number
  expire_at: number | null
  verified_at: number | null
}

interface DomainFields {
  organization_id: string
  name: string
  enrollment_mode: EnrollmentMode
  affiliation_email_address: string | null
  verification: DomainVerification | null
}

/** Tells a user of an organization that they may ask to join. */
interface SuggestionFields {
  organization_id: string
  user_id: string
  domain_id: string
  /** Completed when the organization has answered the request. */
  status: 'pending' | 'accepted' | 'completed'
}

interface RequestFields {
  organization_id: string
  user_id: string
  suggestion_id: string
  status: 'pending' | 'accepted' | 'rejected'
}

export type Organization = Stored<OrganizationFields>
export type Membership = Stored<MembershipFields>
export type Invitation = Stored<InvitationFields>
export type Domain = Stored<DomainFields>
export type Suggestion = Stored<SuggestionFields>
export type MembershipRequest = Stored<RequestFields>

export type Records = ReturnType<typeof createRecords>

/** What is stored of organizations. Roles and permissions are in `roles.ts`. */
export function createRecords(store: Store) {
  return {
    organizations: createObjects<OrganizationFields>(store, 'organization', 'org'),
    memberships: createObjects<MembershipFields>(store, 'organization_membership', 'orgmem'),
    invitations: createObjects<InvitationFields>(store, 'organization_invitation', 'orginv'),
    domains: createObjects<DomainFields>(store, 'organization_domain', 'orgdmn'),
    suggestions: createObjects<SuggestionFields>(store, 'organization_suggestion', 'orgsug'),
    requests: createObjects<RequestFields>(store, 'organization_membership_request', 'orgmreq'),
  }
}

import type { UserJSON } from '@clerk/backend'
import { errors } from '../errors.ts'
import type { Keys } from '../keys.ts'
import { newId } from '../store.ts'
import type { Store } from '../store.ts'
import type { Ticket } from '../tickets.ts'
import type { Metadata, Users } from '../users.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { organizationErrors } from './errors.ts'
import { publicUserData } from './memberships.ts'
import type { Memberships } from './memberships.ts'
import type { Invitation, Organization, Records } from './records.ts'
import type { Roles } from './roles.ts'

const day = 86_400_000
const maxBulk = 10

export interface OrganizationInvitationInput {
  email_address?: string
  /** A key. */
  role?: string
  public_metadata?: Metadata
  private_metadata?: Metadata
  redirect_url?: string | null
  expires_in_days?: number | null
  inviter_user_id?: string | null
  /** Whether an email is sent, that is, its event. */
  notify?: boolean | null
}

interface Parts {
  store: Store
  webhooks: Webhooks
  users: Users
  keys: Keys
  records: Records
  roles: Roles
  memberships: Memberships
  /** Where the app's pages find Local Clerk, for the links: a path of their own origin, or a URL. */
  baseUrl: string
}

export type OrganizationInvitations = ReturnType<typeof createOrganizationInvitations>

/** What the invited see of an organization before they are in it. */
export function publicOrganizationData({ id, name, slug, image_url, has_image }: Organization) {
  return { id, name, slug, image_url, has_image }
}

/** The user's addresses that are certainly theirs. */
export const verifiedAddresses = (user: UserJSON) => user.email_addresses
  .filter(({ verification }) => verification?.status === 'verified')
  .map(({ email_address }) => email_address.toLowerCase())

/** Invitations to an organization, by email. Their link has a ticket, with which one signs in or up. */
export function createOrganizationInvitations(parts: Parts) {
  const { store, webhooks, users, keys, records, roles, memberships, baseUrl } = parts
  const { invitations, organizations } = records

  const isExpired = ({ status, expires_at }: Invitation) => status === 'pending' && expires_at <= Date.now()
  const isPending = (invitation: Invitation) => invitation.status === 'pending' && !isExpired(invitation)

  /** An invitation in the Backend API and in events. */
  function toJSON(invitation: Invitation) {
    const { role_id, ticket: _, redirect_url: __, domain_id: ___, ...rest } = invitation
    // The role of an invitation that is not pending may have been deleted.
    const role = roles.list().find(({ id }) => id === role_id)
    const inviter = rest.inviter_id ? users.find(rest.inviter_id) : undefined
    return {
      ...rest,
      role: role?.key ?? '',
      role_name: role?.name ?? '',
      status: isExpired(invitation) ? 'expired' as const : rest.status,
      public_inviter_data: inviter ? publicUserData(inviter) : null,
    }
  }

  const withOrganization = (invitation: Invitation) => ({
    ...toJSON(invitation),
    public_organization_data: publicOrganizationData(organizations.get(invitation.organization_id)),
  })

  /**
   * The link in the email, which decides by who opens it where it leads.
   * @param redirectUrl  a page of the app, if one is given
   * @param origin  the app's, if known; else that of its webhook endpoint
   */
  function linkTo(ticket: string, redirectUrl: string | null, origin?: string): string | null {
    const app = redirectUrl ?? origin ?? webhooks.url()
    return app ? new URL(`${baseUrl}/v1/tickets/accept?ticket=${ticket}`, app).href : null
  }

  function sendEmail({ email_address, url, organization_id }: Invitation): void {
    const { name } = organizations.get(organization_id)
    const text = `You are invited to join ${name}: ${url ?? 'open the app'}`
    webhooks.send('email.created', {
      object: 'email',
      id: newId('ema'),
      slug: 'organization_invitation',
      from_email_name: 'invitations',
      to_email_address: email_address,
      email_address_id: null,
      user_id: null,
      subject: `Invitation to join ${name}`,
      body: text,
      body_plain: text,
      status: 'queued',
      data: { action_url: url, org: { name } },
      delivered_by_clerk: true,
    })
  }

  /** @throws ClerkError when somebody is a member or invited, or there are more than the organization takes */
  function check(organizationId: string, addresses: string[]): void {
    const pending = invitations.where('organization_id', organizationId).filter(isPending)
    for (const address of addresses) {
      users.identifications.parse('email_address', address)
      const user = users.findByIdentifier(address)
      if (!user) users.identifications.check('email_address', address)
      else if (memberships.find(organizationId, user.id)) throw organizationErrors.alreadyMember(address)
    }
    const duplicates = addresses.filter((address, index) =>
      addresses.indexOf(address) !== index || pending.some(({ email_address }) => email_address === address))
    if (duplicates.length > 0) throw organizationErrors.duplicateInvitations(duplicates)
    memberships.requireRoomForInvitations(organizationId, addresses.length)
  }

  /** @throws ClerkError when the inviter may not invite */
  function checkInviter(organizationId: string, inviterId: string): void {
    const inviter = memberships.get(organizationId, inviterId)
    const needed = 'org:sys_memberships:manage'
    if (!memberships.permissionsOf(inviter).includes(needed)) throw organizationErrors.missingPermission([needed])
  }

  function insert(
    organizationId: string,
    input: OrganizationInvitationInput,
    { origin, domainId = null }: { origin?: string, domainId?: string | null } = {},
  ): Invitation {
    const { public_metadata = {}, private_metadata = {}, redirect_url = null, expires_in_days, notify } = input
    if (redirect_url && !URL.canParse(redirect_url)) throw errors.missing('redirect_url')
    const expires_at = Date.now() + (expires_in_days ?? 30) * day
    const { id } = invitations.create({
      organization_id: organizationId,
      email_address: input.email_address!.toLowerCase(),
      role_id: roles.byKey(input.role).id,
      status: 'pending',
      public_metadata,
      private_metadata,
      inviter_id: input.inviter_user_id ?? null,
      redirect_url,
      url: null,
      domain_id: domainId,
      ticket: '',
      expires_at,
    })
    const exp = Math.floor(expires_at / 1_000)
    const iss = 'https://clerk.localhost'
    const ticket = keys.sign({ eid: id, exp, iss, oid: organizationId, st: 'organization_invitation' })
    const invitation = invitations.update(id, { ticket, url: linkTo(ticket, redirect_url, origin) })
    webhooks.send('organizationInvitation.created', withOrganization(invitation))
    if (notify !== false) sendEmail(invitation)
    return invitation
  }

  /** @throws ClerkError when the ticket cannot be used any more */
  function requireUsable(invitation: Invitation): void {
    if (invitation.status === 'revoked') {
      throw errors.ticket('organization_invitation_revoked_code', 'This invitation has been revoked.')
    }
    if (invitation.status === 'accepted') {
      throw errors.ticket('organization_invitation_already_accepted', 'This invitation has already been accepted.')
    }
    if (isExpired(invitation)) throw errors.ticket('ticket_expired_code', 'Ticket has expired.')
  }

  function accept(invitation: Invitation, userId: string): Invitation {
    requireUsable(invitation)
    const { organization_id, role_id, public_metadata, private_metadata } = invitation
    return store.transaction(() => {
      const accepted = invitations.update(invitation.id, { status: 'accepted' })
      webhooks.send('organizationInvitation.accepted', { ...withOrganization(accepted), user_id: userId })
      const fields = { organization_id, role_id, public_metadata, private_metadata, user_id: userId }
      memberships.add(fields, { invited: true })
      return accepted
    })
  }

  /** The invitation whose ticket this is, if it can be used. */
  function ofTicket(ticket: string | undefined): Invitation | undefined {
    const [invitation] = ticket ? invitations.where('ticket', ticket) : []
    if (invitation) requireUsable(invitation)
    return invitation
  }

  return {
    toJSON,
    withOrganization,
    accept,
    ofTicket,
    find: invitations.find,

    /** The newest first. Those that a domain has made are not in the list, as in Clerk. */
    ofOrganization: (id: string) => invitations.where('organization_id', id).filter(({ domain_id }) => !domain_id),

    ofUser(user: UserJSON): Invitation[] {
      return verifiedAddresses(user).flatMap(address => invitations.where('email_address', address))
    },

    /** @throws ClerkError when the organization has no such invitation */
    get(organizationId: string, id: string): Invitation {
      const invitation = invitations.find(id)
      if (invitation?.organization_id !== organizationId) throw errors.notFound('organization invitation')
      return invitation
    },

    /**
     * Invites all of them, or nobody.
     * @param origin  the app's, where the request tells it
     */
    create(organizationId: string, inputs: OrganizationInvitationInput[], origin?: string): Invitation[] {
      if (inputs.length > maxBulk) throw organizationErrors.tooMany(maxBulk)
      const addresses = inputs.map(({ email_address }) => {
        if (!email_address) throw errors.missing('email_address')
        return email_address.toLowerCase()
      })
      check(organizationId, addresses)
      for (const { inviter_user_id } of inputs) if (inviter_user_id) checkInviter(organizationId, inviter_user_id)
      return store.transaction(() => inputs.map(input => insert(organizationId, input, { origin })))
    },

    /** Invites a user whose address is of an organization's domain. */
    createForDomain(organizationId: string, domainId: string, email_address: string, role: string): Invitation {
      return store.transaction(() => insert(organizationId, { email_address, role, notify: false }, { domainId }))
    },

    /** @throws ClerkError when it is not pending */
    revoke(invitation: Invitation): Invitation {
      if (!isPending(invitation)) throw organizationErrors.invitationNotPending()
      return store.transaction(() => {
        const revoked = invitations.update(invitation.id, { status: 'revoked' })
        webhooks.send('organizationInvitation.revoked', withOrganization(revoked))
        return revoked
      })
    },

    /**
     * The invitation with which somebody signs up.
     * @returns undefined when the ticket is of something else
     * @throws ClerkError when somebody has the address, or the ticket cannot be used
     */
    forSignUp(ticket: string | undefined): Invitation | undefined {
      const invitation = ofTicket(ticket)
      if (invitation && users.findByIdentifier(invitation.email_address)) {
        throw errors.ticket('organization_invitation_identification_already_exists',
          'The email address in this invitation already exists. If it belongs to you, try signing in instead.')
      }
      return invitation
    },

    /**
     * Signs in with a ticket, and joins.
     * @returns the user, or undefined when the ticket is of something else
     * @throws ClerkError when nobody has the address, or the ticket cannot be used
     */
    redeem(ticket: string | undefined): Pick<Ticket, 'user_id' | 'actor' | 'session_seconds'> | undefined {
      const invitation = ofTicket(ticket)
      if (!invitation) return undefined
      const user = users.findByIdentifier(invitation.email_address)
      if (!user) {
        throw errors.ticket('organization_invitation_identification_not_exist',
          'User not found. If you don\'t have an account, sign up first to accept this invitation.')
      }
      accept(invitation, user.id)
      return { user_id: user.id }
    },
  }
}

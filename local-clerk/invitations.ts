import { ClerkError, errors } from './errors.ts'
import type { Keys } from './keys.ts'
import { createObjects } from './objects.ts'
import type { Stored } from './objects.ts'
import type { Store } from './store.ts'
import type { Metadata, Users } from './users.ts'

const day = 86_400_000

export interface InvitationInput {
  email_address?: string
  /** The user's, once they have signed up. */
  public_metadata?: Metadata
  /** The page with the sign-up form. */
  redirect_url?: string
  expires_in_days?: number
  /** Invites somebody who has an account, or an invitation. */
  ignore_existing?: boolean
}

interface Invitation {
  email_address: string
  public_metadata: Metadata
  status: 'pending' | 'accepted' | 'revoked'
  revoked: boolean
  url?: string
  expires_at: number
  /** Empty until it is signed, for which the id is needed. */
  ticket: string
}

export type Invitations = ReturnType<typeof createInvitations>

/** Invitations to sign up. Their link has a ticket, which stands for the emailed code. */
export function createInvitations(store: Store, users: Users, keys: Keys) {
  const invitations = createObjects<Invitation>(store, 'invitation', 'inv')

  /** @throws ClerkError when the address is malformed, has an account, or is invited already */
  function checkAddress(address: string, ignoreExisting: boolean): void {
    const isTaken = users.findByIdentifier(address) !== undefined
    if (!isTaken) users.identifications.check('email_address', address)
    if (ignoreExisting) return
    if (isTaken) throw errors.identifierExists('email_address')
    const isInvited = invitations.list().some(({ email_address, status, expires_at }) =>
      email_address === address && status === 'pending' && expires_at > Date.now())
    if (isInvited) throw new ClerkError(400, 'duplicate_record', 'duplicate invitation')
  }

  return {
    list: invitations.list,
    remove: invitations.remove,

    create(input: InvitationInput) {
      const { email_address, public_metadata = {}, redirect_url, expires_in_days = 30, ignore_existing = false } = input
      if (!email_address) throw errors.missing('email_address')
      checkAddress(email_address, ignore_existing)
      const expires_at = Date.now() + expires_in_days * day
      return store.transaction(() => {
        const fields = { email_address, public_metadata, status: 'pending', revoked: false, expires_at } as const
        const { id } = invitations.create({ ...fields, ticket: '' })
        const exp = Math.floor(expires_at / 1_000)
        const ticket = keys.sign({ eid: id, exp, iss: keys.issuer, st: 'invitation' })
        return invitations.update(id, { ticket, ...redirect_url && { url: linkTo(redirect_url, ticket) } })
      })
    },

    /** @throws ClerkError when it was accepted */
    revoke(id: string) {
      if (invitations.get(id).status === 'accepted') {
        throw new ClerkError(400, 'invitation_already_accepted', 'already accepted')
      }
      return invitations.update(id, { status: 'revoked', revoked: true })
    },

    /**
     * The invitation that a ticket is of.
     * @throws ClerkError when it is forged, expired, revoked or accepted
     */
    ofTicket(ticket: string | undefined) {
      const found = invitations.list().find(each => each.ticket === ticket)
      if (!ticket || !found) throw errors.ticket('ticket_invalid_code', 'Ticket is invalid.')
      if (found.status === 'revoked') throw errors.ticket('revoked_invitation', 'Invitation has been revoked.')
      if (found.status === 'accepted') throw errors.ticket('invitation_already_accepted', 'Invitation was accepted.')
      if (found.expires_at <= Date.now()) throw errors.ticket('ticket_expired_code', 'Ticket has expired.')
      return found
    },

    accept: (id: string) => invitations.update(id, { status: 'accepted' }),

    /** As the API answers it: without the ticket, which is a secret of the invited. */
    toJSON({ ticket: _, ...invitation }: Stored<Invitation>) {
      const isExpired = invitation.status === 'pending' && invitation.expires_at <= Date.now()
      return { ...invitation, status: isExpired ? 'expired' as const : invitation.status }
    },
  }
}

/** @throws ClerkError when this is not an address of a page */
function linkTo(page: string, ticket: string): string {
  if (!URL.canParse(page)) throw errors.missing('redirect_url')
  const url = new URL(page)
  url.searchParams.set('__clerk_ticket', ticket)
  url.searchParams.set('__clerk_status', 'sign_up')
  return url.href
}

import { defineEventHandler, getQuery, readBody, sendRedirect } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../../errors.ts'
import { inPath } from '../../http.ts'
import { paged, valuesOf } from '../../lists.ts'
import type { Invitation } from '../../organizations/records.ts'
import type { Context } from '../context.ts'
import { answer, clientOf, openSessionOf, originOf, readForm } from '../requests.ts'
import { requireMember } from './guard.ts'
import { invitationJSON } from './json.ts'

/** The invitations of an organization, and the link of one. */
export function addInvitationRoutes(router: Router, context: Context): void {
  const { organizations, users } = context
  const { invitations } = organizations
  const requireManager = (event: H3Event) => requireMember(context, event, 'org:sys_memberships:manage')
  const toJSON = (event: H3Event, invitation: Invitation) =>
    invitationJSON(invitations.withOrganization(invitation), originOf(event))

  router.get('/v1/organizations/:id/invitations', defineEventHandler((event) => {
    const { client, organization: { id } } = requireManager(event)
    const wanted = valuesOf(event, 'status')
    const all = invitations.ofOrganization(id).map(invitation => toJSON(event, invitation))
    const found = all.filter(({ status }) => wanted.length === 0 || wanted.includes(status))
    return answer(context, event, client, paged(event, found))
  }))

  router.post('/v1/organizations/:id/invitations', defineEventHandler(async (event) => {
    const { client, organization: { id }, user } = requireManager(event)
    const { email_address, role, notify } = await readForm(event)
    const input = { email_address, role, notify: notify !== 'false', inviter_user_id: user.id }
    const [invitation] = invitations.create(id, [input], originOf(event))
    return answer(context, event, client, toJSON(event, invitation!))
  }))

  router.post('/v1/organizations/:id/invitations/bulk', defineEventHandler(async (event) => {
    const { client, organization: { id }, user } = requireManager(event)
    const { email_address, role } = await readBody<{ email_address?: string | string[], role?: string }>(event)
    const inputs = [email_address ?? []].flat().map(each => (
      { email_address: each, role, inviter_user_id: user.id }
    ))
    const created = invitations.create(id, inputs, originOf(event))
    return answer(context, event, client, created.map(invitation => toJSON(event, invitation)))
  }))

  router.post('/v1/organizations/:id/invitations/:invitation_id/revoke', defineEventHandler((event) => {
    const { client, organization: { id } } = requireManager(event)
    const revoked = invitations.revoke(invitations.get(id, inPath(event, 'invitation_id')))
    return answer(context, event, client, toJSON(event, revoked))
  }))

  // The link in the email. It leads to the sign-in or the sign-up; a user who is signed in joins at once.
  router.get('/v1/tickets/accept', defineEventHandler((event) => {
    const ticket = String(getQuery(event).ticket ?? '')
    const invitation = invitations.ofTicket(ticket)
    if (!invitation) throw errors.ticket('ticket_invalid_code', 'Ticket is invalid.')
    const invited = users.findByIdentifier(invitation.email_address)
    const client = clientOf(context, event)
    const session = client && openSessionOf(context, client)
    const isSignedIn = invited !== undefined && session?.user_id === invited.id
    if (isSignedIn) invitations.accept(invitation, invited.id)
    const page = isSignedIn ? '/' : invited ? '/sign-in' : '/sign-up'
    const target = new URL(invitation.redirect_url ?? page, originOf(event))
    target.searchParams.set('__clerk_ticket', ticket)
    target.searchParams.set('__clerk_status', isSignedIn ? 'complete' : invited ? 'sign_in' : 'sign_up')
    return sendRedirect(event, target.href, 303)
  }))
}

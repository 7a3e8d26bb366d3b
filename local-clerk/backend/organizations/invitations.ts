import { defineEventHandler, readBody } from 'h3'
import type { H3Event, Router } from 'h3'
import { inPath } from '../../http.ts'
import { ordered, paged, valuesOf } from '../../lists.ts'
import type { OrganizationInvitationInput } from '../../organizations/invitations.ts'
import { readJSON } from '../context.ts'
import type { Context } from '../context.ts'

/** The invitations of organizations. */
export function addInvitationRoutes(router: Router, { organizations }: Context): void {
  const { invitations, requireEnabled } = organizations

  function organizationInPath(event: H3Event): string {
    requireEnabled()
    return organizations.get(inPath(event, 'id')).id
  }

  router.get('/v1/organizations/:id/invitations', defineEventHandler((event) => {
    const [status, addresses] = [valuesOf(event, 'status'), valuesOf(event, 'email_address')]
    const found = invitations.ofOrganization(organizationInPath(event))
      .map(invitations.toJSON)
      .filter(each => status.length === 0 || status.includes(each.status))
      .filter(({ email_address }) => addresses.length === 0 || addresses.includes(email_address))
    return paged(event, ordered(event, found, {
      created_at: ({ created_at }) => created_at,
      email_address: ({ email_address }) => email_address,
    }))
  }))

  router.post('/v1/organizations/:id/invitations', defineEventHandler(async (event) => {
    const id = organizationInPath(event)
    const [invitation] = invitations.create(id, [await readJSON<OrganizationInvitationInput>(event)])
    return invitations.toJSON(invitation!)
  }))

  router.post('/v1/organizations/:id/invitations/bulk', defineEventHandler(async (event) => {
    const id = organizationInPath(event)
    const inputs = await readBody<OrganizationInvitationInput[]>(event) ?? []
    const data = invitations.create(id, inputs).map(invitations.toJSON)
    return { data, total_count: data.length }
  }))

  router.get('/v1/organizations/:id/invitations/:invitation_id', defineEventHandler((event) => {
    return invitations.toJSON(invitations.get(organizationInPath(event), inPath(event, 'invitation_id')))
  }))

  router.post('/v1/organizations/:id/invitations/:invitation_id/revoke', defineEventHandler((event) => {
    const invitation = invitations.get(organizationInPath(event), inPath(event, 'invitation_id'))
    return invitations.toJSON(invitations.revoke(invitation))
  }))
}

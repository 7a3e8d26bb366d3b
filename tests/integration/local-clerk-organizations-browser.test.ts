import { describe, expect, it } from 'vitest'
import { routesOf } from '../support/clerk-answers.ts'
import { useOrganizations } from '../support/clerk-organizations.ts'
import { clerkErrors, frontend, wrapped } from '../support/clerk-schemas.ts'
import { clientOrganizations as fapi } from '../support/clerk-schemas-organizations.ts'

const { asked, browser, client, events, signIn } = useOrganizations()

describe('organizations in the browser', () => {
  const at = (rest: string) => `/v1/organizations/:id${rest}`

  it('are created, edited and deleted by those whose role allows it', async () => {
    const ada = await signIn('ada@example.com')
    const { response: { id } } = await ada.send({
      method: 'POST', route: '/v1/organizations', form: { name: 'Browser', slug: 'browser' },
    }, wrapped(fapi.organization))
    const inIt = { params: [id] }
    await ada.send({ ...inIt, route: at('') }, wrapped(fapi.organization))
    const liam = await signIn('liam@example.com')
    await client().users.updateUser('user_456', { createOrganizationEnabled: false })
    await liam.send({ method: 'POST', route: '/v1/organizations', form: { name: 'Mine' } }, clerkErrors, 403)
    const hidden = await liam.send({ ...inIt, route: at('') }, clerkErrors, 404)
    expect(hidden.errors[0].code).toBe('organization_not_found_or_unauthorized')
    await ada.send({
      ...inIt, method: 'POST', route: at('/memberships'), form: { user_id: 'user_456', role: 'org:member' },
    }, wrapped(fapi.membership))

    await liam.send({ ...inIt, route: at('') }, wrapped(fapi.organization))
    const refused: { method?: string, route: string, form?: Record<string, string> }[] = [
      { method: 'PATCH', route: at(''), form: { name: 'Mine' } },
      { method: 'DELETE', route: at('') },
      { method: 'DELETE', route: at('/logo') },
      { method: 'POST', route: at('/invitations'), form: { email_address: 'a@example.com', role: 'org:member' } },
      { method: 'POST', route: at('/memberships'), form: { user_id: 'user_789', role: 'org:admin' } },
      { method: 'PATCH', route: at('/memberships/user_456'), form: { role: 'org:admin' } },
      { method: 'DELETE', route: at('/memberships/user_123') },
      { route: at('/invitations') },
      { route: at('/domains') },
      { method: 'POST', route: at('/domains'), form: { name: 'liam.example' } },
      { route: at('/membership_requests') },
    ]
    for (const request of refused) {
      const { errors: [error] } = await liam.send({ ...inIt, ...request }, clerkErrors, 403)
      expect(error, request.route).toMatchObject({ code: 'missing_organization_permission', meta: expect.anything() })
    }
    const form = new FormData()
    form.append('file', new Blob(['…'], { type: 'image/png' }), 'logo.png')
    await ada.send({ ...inIt, method: 'PUT', route: at('/logo'), form }, wrapped(fapi.organization))
    await ada.send({ ...inIt, method: 'DELETE', route: at('/logo') }, frontend.deleted)
    await ada.send({ ...inIt, method: 'PATCH', route: at(''), form: { name: 'Renamed' } }, wrapped(fapi.organization))
    await ada.send({ ...inIt, route: at('/roles') }, wrapped(fapi.roles))

    const of = (user: string) => ({ params: [id, user], route: at('/memberships/:user_id') })
    const last = { ...of('user_123'), method: 'PATCH', form: { role: 'org:member' } }
    const { errors: [error] } = await ada.send(last, clerkErrors, 400)
    expect(error.code).toBe('organization_minimum_permissions_needed')
    const { response: changed } = await ada.send({
      ...of('user_456'), method: 'PATCH', form: { role: 'org:admin' },
    }, wrapped(fapi.membership))
    expect(changed).toMatchObject({ role: 'org:admin', role_name: 'Admin' })
    const query = { query: 'liam', role: 'org:admin', paginated: 'true' }
    const { response: found } = await ada.send({ ...inIt, route: at('/memberships'), query }, wrapped(fapi.memberships))
    expect(found).toMatchObject({ total_count: 1, data: [{ public_user_data: { user_id: 'user_456' } }] })
    await liam.send({ ...of('user_123'), method: 'DELETE' }, wrapped(fapi.membership))
    await liam.send({ route: '/v1/me/organization_memberships' }, wrapped(fapi.memberships))
    const leave = { method: 'DELETE', route: '/v1/me/organization_memberships/:id', params: [id] }
    await liam.send(leave, clerkErrors, 400)
    await client().organizations.updateOrganization(id, { adminDeleteEnabled: false })
    await liam.send({ ...inIt, method: 'DELETE', route: at('') }, clerkErrors, 403)
    await client().organizations.updateOrganization(id, { adminDeleteEnabled: true })
    const back = { organizationId: id, userId: 'user_123', role: 'org:admin' }
    await client().organizations.createOrganizationMembership(back)
    await liam.send(leave, frontend.deleted)
    await ada.send({ ...inIt, method: 'DELETE', route: at('') }, frontend.deleted)
  })

  it('invite people, who sign in or up by the link', async () => {
    const ada = await signIn('ada@example.com')
    const { id } = await client().organizations.createOrganization({ name: 'Inviting', createdBy: 'user_123' })
    const invite = { method: 'POST', params: [id], route: at('/invitations/bulk') }
    const people = ['mia@example.com', 'new@example.com', 'never@example.com']
    const form = { email_address: people, role: 'org:member' }
    const { response: [, , never] } = await ada.send({ ...invite, form }, wrapped(fapi.invitations))
    const repeated = await ada.send({ ...invite, form: { ...form, email_address: people[0]! } }, clerkErrors, 400)
    expect(repeated.errors[0]).toMatchObject({ code: 'duplicate_record', meta: { email_addresses: [people[0]] } })
    const single = (email_address: string) =>
      ({ ...invite, route: at('/invitations'), form: { email_address, role: 'org:member' } })
    await ada.send(single('five@example.com'), wrapped(fapi.invitation))
    const tooMany = single('six@example.com')
    expect((await ada.send(tooMany, clerkErrors, 403)).errors[0].code).toBe('organization_membership_quota_exceeded')
    const revoke = { method: 'POST', params: [id, never.id], route: at('/invitations/:invitation_id/revoke') }
    await ada.send(revoke, wrapped(fapi.invitation))
    const pending = { params: [id], route: at('/invitations'), query: { status: 'pending' } }
    expect((await ada.send(pending, wrapped(fapi.invitationList))).response.total_count).toBe(3)

    const emails = (await events()).filter(event => event.type === 'email.created')
    const ticketOf = (address: string) => {
      const { data } = emails.find(email => email.data.to_email_address === address)!.data
      return new URL(data?.action_url).searchParams.get('ticket')!
    }
    const open = async (send: ReturnType<typeof browser>, address: string) => {
      const response = await send.load('GET', `/__clerk/v1/tickets/accept?ticket=${ticketOf(address)}`)
      const target = new URL(response.headers.get('location')!)
      return [target.pathname, target.searchParams.get('__clerk_status')]
    }
    const ofMia = browser()
    expect(await open(ofMia, 'mia@example.com')).toEqual(['/sign-in', 'sign_in'])
    await ofMia({
      method: 'POST', route: '/v1/client/sign_ins', form: { strategy: 'ticket', ticket: ticketOf('mia@example.com') },
    }, frontend.signIn)
    const { response: mia } = await ofMia({ route: '/v1/me' }, frontend.user)
    expect(mia.organization_memberships).toMatchObject([{ organization: { id }, role: 'org:member' }])

    const ofNew = browser()
    expect(await open(ofNew, 'new@example.com')).toEqual(['/sign-up', 'sign_up'])
    const signUp = { strategy: 'ticket', ticket: ticketOf('new@example.com'), password: 'a good password' }
    await ofNew({ method: 'POST', route: '/v1/client/sign_ups', form: signUp }, frontend.signUp)
    const { client: { sessions: [session] } } = await ofNew({ route: '/v1/me' }, frontend.user)
    expect(session).toMatchObject({ last_active_organization_id: id, status: 'active' })
    await ofNew({ route: '/v1/tickets/accept', query: { ticket: signUp.ticket } }, clerkErrors, 400)
    await ofNew({ route: '/v1/tickets/accept', query: { ticket: ticketOf('never@example.com') } }, clerkErrors, 400)

    const liam = await signIn('liam@example.com')
    await client().organizations.createOrganizationInvitation({
      organizationId: id, emailAddress: 'liam@example.com', role: 'org:member', publicMetadata: { from: 'Ada' },
    })
    const mine = { route: '/v1/me/organization_invitations', query: { status: 'pending' } }
    const { response: { data: [invitation] } } = await liam.send(mine, wrapped(fapi.invitationList))
    const accept = { method: 'POST', params: [invitation.id], route: '/v1/me/organization_invitations/:id/accept' }
    await liam.send(accept, wrapped(fapi.invitation))
    await liam.send(accept, clerkErrors, 400)
    const ofLiam = { organizationId: id, userId: ['user_456'] }
    const { data } = await client().organizations.getOrganizationMembershipList(ofLiam)
    expect(data).toMatchObject([{ publicMetadata: { from: 'Ada' } }])
    const all = await client().users.getOrganizationInvitationList({ userId: 'user_456' })
    expect(all.data).toMatchObject([{ status: 'accepted', emailAddress: 'liam@example.com' }])
    const accepted = (await events()).filter(({ type }) => type === 'organizationInvitation.accepted')
    expect(accepted).toHaveLength(3)
    await client().organizations.deleteOrganization(id)
  })

  it('let in those whose email address is of their domain', async () => {
    const ada = await signIn('ada@example.com')
    const { id } = await client().organizations.createOrganization({ name: 'Example', createdBy: 'user_123' })
    const domains = { params: [id], route: at('/domains') }
    const { response: { id: domainId } } = await ada.send({
      ...domains, method: 'POST', form: { name: 'example.com' },
    }, wrapped(fapi.domain))
    await ada.send(domains, wrapped(fapi.domains))
    const inDomain = { method: 'POST', params: [id, domainId] }
    await ada.send({ ...inDomain, method: 'GET', route: at('/domains/:domain_id') }, wrapped(fapi.domain))
    const prepare = { ...inDomain, route: at('/domains/:domain_id/prepare_affiliation_verification') }
    const wrong = { affiliation_email_address: 'ada@other.example' }
    expect((await ada.send({ ...prepare, form: wrong }, clerkErrors, 422)).errors[0].code)
      .toBe('organization_domain_mismatch')
    await ada.send({ ...prepare, form: { affiliation_email_address: 'ada@example.com' } }, wrapped(fapi.domain))
    const attempt = { ...inDomain, route: at('/domains/:domain_id/attempt_affiliation_verification') }
    await ada.send({ ...attempt, form: { code: '000000' } }, clerkErrors, 422)
    const { response: verified } = await ada.send({ ...attempt, form: { code: '424242' } }, wrapped(fapi.domain))
    expect(verified.affiliation_verification.status).toBe('verified')
    const update = { ...inDomain, route: at('/domains/:domain_id/update_enrollment_mode') }
    await ada.send({ ...update, form: { enrollment_mode: 'automatic_suggestion' } }, wrapped(fapi.domain))

    const suggestions = { route: '/v1/me/organization_suggestions', query: { status: 'pending,accepted' } }
    const ask = async (identifier: string) => {
      const { send } = await signIn(identifier)
      const { response: { data: [suggestion] } } = await send(suggestions, wrapped(fapi.suggestions))
      const accept = { method: 'POST', params: [suggestion.id], route: '/v1/me/organization_suggestions/:id/accept' }
      await send(accept, wrapped(fapi.suggestion))
      await send(accept, clerkErrors, 400)
      return send
    }
    const liam = await ask('liam@example.com')
    await ask('mia@example.com')
    const requests = { params: [id], route: at('/membership_requests'), query: { status: 'pending' } }
    const { response: { data: [second, first] } } = await ada.send(requests, wrapped(fapi.membershipRequests))
    const answer = (request: { id: string }, how: string) => ada.send({
      method: 'POST', params: [id, request.id], route: at(`/membership_requests/:request_id/${how}`),
    }, wrapped(fapi.membershipRequest))
    await answer(first, 'accept')
    await answer(second, 'reject')
    expect((await ada.send(requests, wrapped(fapi.membershipRequests))).response.total_count).toBe(0)
    expect((await liam(suggestions, wrapped(fapi.suggestions))).response.total_count).toBe(0)
    expect((await liam({ route: '/v1/me' }, frontend.user)).response.organization_memberships).toHaveLength(1)

    await ada.send({ ...update, form: { enrollment_mode: 'automatic_invitation' } }, wrapped(fapi.domain))
    const { send: mia } = await signIn('mia@example.com')
    const invitations = { route: '/v1/me/organization_invitations', query: { status: 'pending' } }
    expect((await mia(invitations, wrapped(fapi.invitationList))).response.total_count).toBe(1)
    const withdrawn = { enrollment_mode: 'manual_invitation', delete_pending: 'true' }
    const { response } = await ada.send({ ...update, form: withdrawn }, wrapped(fapi.domain))
    expect(response.total_pending_invitations).toBe(0)
    expect((await mia(invitations, wrapped(fapi.invitationList))).response.total_count).toBe(0)
    await ada.send({ ...inDomain, method: 'DELETE', route: at('/domains/:domain_id') }, frontend.deleted)
    await client().organizations.deleteOrganization(id)
  })
  it('on every route', async () => {
    const routes = await routesOf('local-clerk/frontend/organizations')
    expect(routes.filter(route => !asked.has(route))).toEqual([])
  })
})

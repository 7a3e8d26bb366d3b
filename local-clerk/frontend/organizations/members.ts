import { defineEventHandler } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../../errors.ts'
import { inPath } from '../../http.ts'
import { contains, paged, valuesOf } from '../../lists.ts'
import type { Membership, MembershipRequest } from '../../organizations/records.ts'
import type { Client } from '../../sessions.ts'
import type { Context } from '../context.ts'
import { answer, originOf, readForm } from '../requests.ts'
import { requireMember } from './guard.ts'
import { membershipJSON, requestJSON } from './json.ts'

/** The members of an organization, and those who ask to be one. */
export function addMemberRoutes(router: Router, context: Context): void {
  const { organizations } = context
  const { memberships, roles } = organizations
  const requireManager = (event: H3Event) => requireMember(context, event, 'org:sys_memberships:manage')
  const answerMembership = (event: H3Event, client: Client, membership: Membership) =>
    answer(context, event, client, membershipJSON(context, membership, originOf(event)))

  router.get('/v1/organizations/:id/memberships', defineEventHandler((event) => {
    const needed = ['org:sys_memberships:read', 'org:sys_memberships:manage'] as const
    const { client, organization } = requireMember(context, event, ...needed)
    const [wanted, [query]] = [valuesOf(event, 'role'), valuesOf(event, 'query')]
    const all = memberships.ofOrganization(organization.id)
      .map(membership => membershipJSON(context, membership, originOf(event)))
      .filter(({ role }) => wanted.length === 0 || wanted.includes(role))
      .filter(({ public_user_data: { identifier, user_id, first_name, last_name } }) =>
        !query || contains([identifier, user_id, first_name, last_name].join(' '), query))
    return answer(context, event, client, paged(event, all))
  }))

  router.post('/v1/organizations/:id/memberships', defineEventHandler(async (event) => {
    const { client, organization: { id } } = requireManager(event)
    const { user_id, role } = await readForm(event)
    if (!user_id) throw errors.missing('user_id')
    const membership = memberships.add({ organization_id: id, user_id, role_id: roles.byKey(role).id })
    return answerMembership(event, client, membership)
  }))

  router.patch('/v1/organizations/:id/memberships/:user_id', defineEventHandler(async (event) => {
    const { client, organization: { id } } = requireManager(event)
    const { role } = await readForm(event)
    const membership = memberships.get(id, inPath(event, 'user_id'))
    return answerMembership(event, client, memberships.changeRole(membership, roles.byKey(role).id))
  }))

  router.delete('/v1/organizations/:id/memberships/:user_id', defineEventHandler((event) => {
    const { client, organization: { id } } = requireManager(event)
    const membership = memberships.get(id, inPath(event, 'user_id'))
    const json = membershipJSON(context, membership, originOf(event))
    memberships.expel(membership)
    return answer(context, event, client, json)
  }))

  router.delete('/v1/me/organization_memberships/:id', defineEventHandler((event) => {
    const { client, membership } = requireMember(context, event)
    const { object, id } = memberships.expel(membership)
    return answer(context, event, client, { object, id, deleted: true })
  }))

  const { enrollment } = organizations
  const answerRequest = (event: H3Event, client: Client, request: MembershipRequest) =>
    answer(context, event, client, requestJSON(context, request, originOf(event)))

  router.get('/v1/organizations/:id/membership_requests', defineEventHandler((event) => {
    const { client, organization: { id } } = requireManager(event)
    const wanted = valuesOf(event, 'status')
    const all = enrollment.requestsOf(id).filter(({ status }) => wanted.length === 0 || wanted.includes(status))
    const { data, total_count } = paged(event, all)
    const json = data.map(request => requestJSON(context, request, originOf(event)))
    return answer(context, event, client, { data: json, total_count })
  }))

  router.post('/v1/organizations/:id/membership_requests/:request_id/accept', defineEventHandler((event) => {
    const { client, organization: { id } } = requireManager(event)
    const request = enrollment.getRequest(id, inPath(event, 'request_id'))
    return answerRequest(event, client, enrollment.acceptRequest(request))
  }))

  router.post('/v1/organizations/:id/membership_requests/:request_id/reject', defineEventHandler((event) => {
    const { client, organization: { id } } = requireManager(event)
    const request = enrollment.getRequest(id, inPath(event, 'request_id'))
    return answerRequest(event, client, enrollment.rejectRequest(request))
  }))
}

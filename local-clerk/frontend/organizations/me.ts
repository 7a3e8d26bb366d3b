import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { errors } from '../../errors.ts'
import { inPath } from '../../http.ts'
import { paged, valuesOf } from '../../lists.ts'
import type { Context } from '../context.ts'
import { answer, originOf, requireSession } from '../requests.ts'
import { invitationJSON, membershipsJSON, suggestionJSON } from './json.ts'

/** The organizations of the signed-in user, and those that the user can join. ClerkJS reads these lists in any case. */
export function addMyOrganizationRoutes(router: Router, context: Context): void {
  const { organizations } = context
  const { invitations, enrollment } = organizations

  router.get('/v1/me/organization_memberships', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    return answer(context, event, client, paged(event, membershipsJSON(context, user.id, originOf(event))))
  }))

  router.get('/v1/me/organization_invitations', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    const wanted = valuesOf(event, 'status')
    const all = enrollment.invitationsOf(user)
      .map(invitation => invitationJSON(invitations.withOrganization(invitation), originOf(event)))
      .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
    return answer(context, event, client, paged(event, all))
  }))

  router.post('/v1/me/organization_invitations/:id/accept', defineEventHandler((event) => {
    organizations.requireEnabled()
    const { client, user } = requireSession(context, event)
    const own = enrollment.invitationsOf(user).find(({ id }) => id === inPath(event, 'id'))
    if (!own) throw errors.notFound('organization invitation')
    const accepted = invitations.withOrganization(invitations.accept(own, user.id))
    return answer(context, event, client, invitationJSON(accepted, originOf(event)))
  }))

  router.get('/v1/me/organization_suggestions', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    const wanted = valuesOf(event, 'status')
    const all = enrollment.suggestionsOf(user)
      .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
      .map(suggestion => suggestionJSON(context, suggestion, originOf(event)))
    return answer(context, event, client, paged(event, all))
  }))

  router.post('/v1/me/organization_suggestions/:id/accept', defineEventHandler((event) => {
    organizations.requireEnabled()
    const { client, user } = requireSession(context, event)
    const accepted = enrollment.acceptSuggestion(user, inPath(event, 'id'))
    return answer(context, event, client, suggestionJSON(context, accepted, originOf(event)))
  }))
}

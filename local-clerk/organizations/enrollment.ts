import type { UserJSON } from '@clerk/backend'
import { errors } from '../errors.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store.ts'
import type { Domains } from './domains.ts'
import { organizationErrors } from './errors.ts'
import { verifiedAddresses } from './invitations.ts'
import type { OrganizationInvitations } from './invitations.ts'
import type { Memberships } from './memberships.ts'
import type { MembershipRequest, Records, Suggestion } from './records.ts'
import type { Roles } from './roles.ts'

interface Parts {
  store: Store
  settings: Settings
  records: Records
  roles: Roles
  memberships: Memberships
  domains: Domains
  invitations: OrganizationInvitations
}

/** How users come into the organizations of their email addresses' domains. */
export function createEnrollment({ store, settings, records, roles, memberships, domains, invitations }: Parts) {
  const { suggestions, requests } = records

  /** Makes the invitations and suggestions of the domains for a user, each once. */
  function offer(user: UserJSON): void {
    const { organization_domains, organization_domain_role } = settings.current()
    if (!organization_domains) return
    for (const address of verifiedAddresses(user)) {
      for (const { id, organization_id, enrollment_mode } of domains.named(address.split('@')[1]!)) {
        if (memberships.find(organization_id, user.id)) continue
        const isInvited = invitations.ofUser(user).some(each => each.organization_id === organization_id)
        if (enrollment_mode === 'automatic_invitation' && !isInvited) {
          invitations.createForDomain(organization_id, id, address, organization_domain_role)
        }
        const isSuggested = suggestions.where('user_id', user.id).some(each => each.domain_id === id)
        if (enrollment_mode === 'automatic_suggestion' && !isSuggested) {
          suggestions.create({ organization_id, user_id: user.id, domain_id: id, status: 'pending' })
        }
      }
    }
  }

  /** Answers a request, which ends its suggestion. */
  function settle(request: MembershipRequest, status: 'accepted' | 'rejected'): MembershipRequest {
    if (suggestions.find(request.suggestion_id)) suggestions.update(request.suggestion_id, { status: 'completed' })
    return requests.update(request.id, { status })
  }

  return {
    /** A user's invitations, with those that the domains make. */
    invitationsOf(user: UserJSON) {
      offer(user)
      return invitations.ofUser(user)
    },

    /** A user's suggestions, with those that the domains make. */
    suggestionsOf(user: UserJSON): Suggestion[] {
      offer(user)
      return suggestions.where('user_id', user.id)
    },

    /** Asks the organization to let the user in. */
    acceptSuggestion(user: UserJSON, id: string): Suggestion {
      const suggestion = suggestions.find(id)
      if (suggestion?.user_id !== user.id) throw errors.notFound('organization suggestion')
      if (suggestion.status !== 'pending') throw organizationErrors.suggestionAccepted()
      const { organization_id } = suggestion
      return store.transaction(() => {
        requests.create({ organization_id, user_id: user.id, suggestion_id: id, status: 'pending' })
        return suggestions.update(id, { status: 'accepted' })
      })
    },

    requestsOf: (organizationId: string) => requests.where('organization_id', organizationId),

    /** @throws ClerkError when the organization has no such pending request */
    getRequest(organizationId: string, id: string): MembershipRequest {
      const request = requests.find(id)
      if (request?.organization_id !== organizationId || request.status !== 'pending') {
        throw errors.notFound('organization membership request')
      }
      return request
    },

    acceptRequest(request: MembershipRequest): MembershipRequest {
      const { organization_id, user_id } = request
      return store.transaction(() => {
        const { id } = roles.byKey(settings.current().organization_domain_role)
        memberships.add({ organization_id, user_id, role_id: id })
        return settle(request, 'accepted')
      })
    },

    rejectRequest: (request: MembershipRequest) => store.transaction(() => settle(request, 'rejected')),
  }
}

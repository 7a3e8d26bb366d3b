import { defineEventHandler, getQuery } from 'h3'
import type { H3Event, Router } from 'h3'
import { z } from 'zod'
import { ClerkError } from '../errors.ts'
import { identifierOf } from '../identifications.ts'
import { inPath } from '../http.ts'
import { contains } from '../lists.ts'
import { metadata } from '../new-user.ts'
import type { Membership } from '../organizations/records.ts'
import { fullName } from '../users.ts'
import { action, pageSize, readValid } from './context.ts'
import type { Context } from './context.ts'

const newOrganization = z.strictObject({
  name: z.string(),
  slug: z.string().optional(),
  /** The first member, with the creator's role: an id, or an email address. */
  created_by: z.string().optional(),
})
const organizationChanges = z.strictObject({
  name: z.string(),
  slug: z.string(),
  public_metadata: metadata,
  private_metadata: metadata,
}).partial()
/** `user` is an id, or an email address. `role` is a key. */
const newMember = z.strictObject({ user: z.string(), role: z.string() })
const memberChanges = newMember.pick({ role: true })

/** Organizations and their members. */
export function addOrganizationRoutes(router: Router, { organizations, users, settings }: Context): void {
  const { memberships, invitations, roles, requireEnabled } = organizations

  function userNamed(text: string): string {
    const user = users.find(text) ?? users.findByIdentifier(text)
    if (!user) throw new ClerkError(404, 'resource_not_found', `There is no user ${text}`)
    return user.id
  }

  function organizationInPath(event: H3Event) {
    requireEnabled()
    return organizations.get(inPath(event, 'id'))
  }

  function membershipInPath(event: H3Event): Membership {
    return memberships.get(organizationInPath(event).id, inPath(event, 'user_id'))
  }

  function memberJSON({ user_id, role_id }: Membership) {
    const user = users.get(user_id)
    return { user_id, name: fullName(user), email: identifierOf(user), role: roles.get(role_id).key }
  }

  router.get('/control/organizations', defineEventHandler((event) => {
    const { query = '', offset = 0 } = getQuery(event)
    const text = String(query)
    const start = Number(offset) || 0
    const found = organizations.list()
      .filter(({ id, name, slug }) => id === text || contains(name, text) || contains(slug, text))
    return {
      enabled: settings.current().organizations,
      roles: roles.list().map(({ key, name }) => ({ key, name })),
      organizations: found.slice(start, start + pageSize).map(({ id, name, slug }) => ({
        id, name, slug, members_count: memberships.ofOrganization(id).length,
      })),
    }
  }))

  router.post('/control/organizations', action(async (event) => {
    requireEnabled()
    const { created_by, ...input } = await readValid(event, newOrganization)
    const creator = created_by ? userNamed(created_by) : undefined
    return memberships.organizationJSON(organizations.create({ ...input, created_by: creator }))
  }))

  router.get('/control/organizations/:id', defineEventHandler((event) => {
    const organization = organizationInPath(event)
    return {
      organization: memberships.organizationJSON(organization),
      members: memberships.ofOrganization(organization.id).map(memberJSON),
      invitations: invitations.ofOrganization(organization.id)
        .map(invitations.toJSON)
        .filter(({ status }) => status === 'pending'),
    }
  }))

  router.post('/control/organizations/:id', action(async (event) => {
    const { id } = organizationInPath(event)
    return memberships.organizationJSON(organizations.update(id, await readValid(event, organizationChanges)))
  }))

  router.post('/control/organizations/:id/delete', action(event => organizations.remove(organizationInPath(event).id)))

  router.post('/control/organizations/:id/members', action(async (event) => {
    const organization_id = organizationInPath(event).id
    const { user, role } = await readValid(event, newMember)
    const fields = { organization_id, user_id: userNamed(user), role_id: roles.byKey(role).id }
    return memberJSON(memberships.add(fields))
  }))

  router.post('/control/organizations/:id/members/:user_id', action(async (event) => {
    const membership = membershipInPath(event)
    const { role } = await readValid(event, memberChanges)
    return memberJSON(memberships.changeRole(membership, roles.byKey(role).id))
  }))

  router.post('/control/organizations/:id/members/:user_id/delete', action((event) => {
    return memberJSON(memberships.expel(membershipInPath(event)))
  }))
}

import { describe, expect, it } from 'vitest'
import { routesOf } from '../support/clerk-answers.ts'
import { useOrganizations } from '../support/clerk-organizations.ts'
import { backendDeleted, clerkErrors } from '../support/clerk-schemas.ts'
import { backendOrganizations as bapi } from '../support/clerk-schemas-organizations.ts'

const { asked, backend } = useOrganizations()

describe('the Backend API answers about organizations as Clerk describes it', () => {
  it('on every route', async () => {
    const at = (rest: string) => `/v1/organizations/:id${rest}`
    const member = { role: 'org:member' }
    const { id } = await backend({
      method: 'POST', route: '/v1/organizations', json: { name: 'Described', created_by: 'user_123' },
    }, bapi.organization)
    const inIt = { params: [id] }
    const asking = { include_members_count: 'true', include_missing_member_with_elevated_permissions: 'true' }
    await backend({ route: '/v1/organizations', query: { ...asking, user_id: 'user_123' } }, bapi.organizations)
    const { members_count, missing_member_with_elevated_permissions: isMissing } = await backend({
      ...inIt, route: at(''), query: asking,
    }, bapi.organization)
    expect([members_count, isMissing]).toEqual([1, false])
    await backend({ ...inIt, method: 'PATCH', route: at(''), json: { name: 'D' } }, bapi.organization)
    const metadata = { public_metadata: { a: 1 } }
    for (const method of ['PATCH', 'PUT']) {
      await backend({ ...inIt, method, route: at('/metadata'), json: metadata }, bapi.organization)
    }
    const form = new FormData()
    form.append('file', new Blob(['…'], { type: 'image/png' }), 'logo.png')
    await backend({ ...inIt, method: 'PUT', route: at('/logo'), form }, bapi.organization)
    await backend({ ...inIt, method: 'DELETE', route: at('/logo') }, bapi.organization)

    const add = { ...inIt, method: 'POST', route: at('/memberships'), json: { ...member, user_id: 'user_456' } }
    await backend(add, bapi.membership)
    await backend({ ...inIt, route: at('/memberships') }, bapi.memberships)
    await backend({ route: '/v1/organization_memberships' }, bapi.memberships)
    await backend({ params: ['user_456'], route: '/v1/users/:id/organization_memberships' }, bapi.memberships)
    const liam = { params: [id, 'user_456'], route: at('/memberships/:user_id') }
    await backend({ ...liam, method: 'PATCH', json: { role: 'org:none' } }, clerkErrors, 404)
    await backend({ ...liam, method: 'PATCH', json: { role: 'org:admin' } }, bapi.membership)
    await backend({ ...liam, method: 'PATCH', route: `${liam.route}/metadata`, json: metadata }, bapi.membership)
    await backend({ ...liam, method: 'DELETE' }, bapi.membership)

    const json = { ...member, email_address: 'liam@example.com', redirect_url: 'http://localhost:3000/welcome' }
    const invitations = { ...inIt, route: at('/invitations') }
    const invitation = await backend({ ...invitations, method: 'POST', json }, bapi.invitation)
    expect(invitation.url).toMatch('http://localhost:3000/__clerk/v1/tickets/accept?ticket=')
    const bulk = { ...inIt, method: 'POST', route: at('/invitations/bulk') }
    await backend({ ...bulk, json: [{ ...member, email_address: 'mia@example.com' }] }, bapi.invitations)
    await backend(invitations, bapi.invitations)
    await backend({ params: ['user_456'], route: '/v1/users/:id/organization_invitations' }, bapi.invitations)
    const inInvitation = { params: [id, invitation.id], route: at('/invitations/:invitation_id') }
    await backend(inInvitation, bapi.invitation)
    await backend({ ...inInvitation, method: 'POST', route: at('/invitations/:invitation_id/revoke') }, bapi.invitation)

    const domains = { ...inIt, route: at('/domains') }
    const domain = await backend({ ...domains, method: 'POST', json: { name: 'd.example' } }, bapi.domain)
    await backend(domains, bapi.domains)
    const inDomain = { params: [id, domain.id], route: at('/domains/:domain_id') }
    await backend({ ...inDomain, method: 'PATCH', json: { verified: false } }, bapi.domain)
    await backend({ ...inDomain, method: 'DELETE' }, backendDeleted)

    const permissions = '/v1/organization_permissions'
    const permission = await backend({
      method: 'POST', route: permissions, json: { name: 'Read', key: 'org:d:read' },
    }, bapi.permission)
    await backend({ route: permissions, query: { order_by: 'key' } }, bapi.permissions)
    const inPermission = { params: [permission.id], route: `${permissions}/:id` }
    await backend(inPermission, bapi.permission)
    await backend({ ...inPermission, method: 'PATCH', json: { name: 'Reads' } }, bapi.permission)
    const roles = '/v1/organization_roles'
    const role = await backend({ method: 'POST', route: roles, json: { name: 'D', key: 'org:d' } }, bapi.role)
    await backend({ route: roles, query: { order_by: '-name' } }, bapi.roles)
    await backend({ route: roles, query: { order_by: 'color' } }, clerkErrors, 422)
    const inRole = { params: [role.id], route: `${roles}/:id` }
    await backend(inRole, bapi.role)
    await backend({ ...inRole, method: 'PATCH', json: { description: 'd' } }, bapi.role)
    const both = { params: [role.id, permission.id], route: `${roles}/:id/permissions/:permission_id` }
    await backend({ ...both, method: 'POST' }, bapi.role)
    await backend({ ...both, method: 'DELETE' }, bapi.role)
    await backend({ ...inRole, method: 'DELETE' }, backendDeleted)
    await backend({ ...inPermission, method: 'DELETE' }, backendDeleted)

    const settings = '/v1/instance/organization_settings'
    await backend({ route: settings }, bapi.settings)
    await backend({ method: 'PATCH', route: settings, json: { slug_disabled: false } }, bapi.settings)
    await backend({ ...inIt, method: 'DELETE', route: at('') }, backendDeleted)
    await backend({ ...inIt, route: at('') }, clerkErrors, 404)

    const routes = await routesOf('local-clerk/backend/organizations')
    expect(routes.filter(route => !asked.has(route))).toEqual([])
  })
})

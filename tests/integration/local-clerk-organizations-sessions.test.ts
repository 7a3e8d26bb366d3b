import { describe, expect, it } from 'vitest'
import { useOrganizations } from '../support/clerk-organizations.ts'
import { frontend } from '../support/clerk-schemas.ts'

const { clerk, client, signIn } = useOrganizations()

describe('the organization of a session', () => {
  it('is the one chosen, in the claims of its token', async () => {
    const { organizationRoles: roles, organizationPermissions: permissions, organizations } = client()
    const ids: string[] = []
    for (const key of ['org:reports:read', 'org:reports:write', 'org:invoices:write']) {
      ids.push((await permissions.createOrganizationPermission({ key, name: key })).id)
    }
    const role = await roles.createOrganizationRole({
      key: 'org:clerk', name: 'Clerk', permissions: [ids[0]!, ids[2]!],
    })
    const [one, two] = [
      await organizations.createOrganization({ name: 'One', publicMetadata: { tier: 2 } }),
      await organizations.createOrganization({ name: 'Two', createdBy: 'user_123' }),
    ]
    await organizations.createOrganizationMembership({ organizationId: one.id, userId: 'user_123', role: 'org:clerk' })
    // The newest membership is where the first session begins.
    const ada = await signIn('ada@example.com')
    expect(await ada.auth()).toMatchObject({ orgId: one.id, orgRole: 'org:clerk', orgSlug: 'one' })

    const { response } = await ada.touch({ active_organization_id: two.id, intent: 'select_org' })
    expect(response.last_active_organization_id).toBe(two.id)
    const inTwo = await ada.auth()
    expect(inTwo).toMatchObject({ orgId: two.id, orgRole: 'org:admin', orgPermissions: [] })
    expect([inTwo.has({ role: 'org:admin' }), inTwo.has({ role: 'org:clerk' })]).toEqual([true, false])
    const inOne = await ada.auth({ organization_id: one.id })
    expect(inOne.sessionClaims).toMatchObject({
      fea: 'o:invoices,o:reports', o: { id: one.id, slg: 'one', rol: 'clerk', per: 'read,write', fpm: '2,1' },
    })
    const has = (permission: string) => inOne.has({ permission })
    expect(['org:reports:read', 'org:reports:write', 'org:invoices:read', 'org:invoices:write'].map(has))
      .toEqual([true, false, false, true])

    await client().jwtTemplates.create({
      name: 'org',
      claims: {
        org: '{{org.id}}', role: '{{org.role}}', tier: '{{org.public_metadata.tier}}', all: '{{user.organizations}}',
      },
    })
    const { jwt } = await client().sessions.getToken(ada.session, 'org')
    expect(JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString())).toMatchObject({
      org: two.id, role: 'org:admin', tier: null, all: { [one.id]: 'org:clerk', [two.id]: 'org:admin' },
    })

    const { errors: [error] } = await ada.touch({ active_organization_id: 'org_none' }, 404)
    expect(error.code).toBe('organization_not_found_or_unauthorized')
    const again = await signIn('ada@example.com')
    expect((await again.auth()).orgId).toBe(two.id)
    await again.touch({ active_organization_id: '' })
    expect((await again.auth()).orgId).toBeUndefined()
    await organizations.deleteOrganization(two.id)
    expect((await ada.auth()).orgId).toBeUndefined()
    await organizations.deleteOrganization(one.id)
    await roles.deleteOrganizationRole(role.id)
    for (const id of ids) await permissions.deleteOrganizationPermission(id)
  })

  it('must be chosen where personal accounts are turned off', async () => {
    clerk().settings.change({ force_organization_selection: true })
    const ada = await signIn('ada@example.com')
    const { client: { sessions: [session] } } = await ada.send({ route: '/v1/me' }, frontend.user)
    expect(session).toMatchObject({ status: 'pending', tasks: [{ key: 'choose-organization' }] })
    expect((await ada.auth()).sessionStatus).toBe('pending')
    expect((await client().sessions.getSession(ada.session)).status).toBe('pending')
    const request = new Request('http://localhost:3000/', {
      headers: { authorization: `Bearer ${session.last_active_token.jwt}` },
    })
    expect((await client().authenticateRequest(request)).toAuth()).toMatchObject({ userId: null })

    const { id } = await client().organizations.createOrganization({ name: 'Chosen', createdBy: 'user_123' })
    const { response } = await ada.touch({ active_organization_id: id })
    expect(response).toMatchObject({ status: 'active', tasks: [], last_active_organization_id: id })
    expect(await ada.auth()).toMatchObject({ sessionStatus: 'active', orgId: id })
    // There is no personal account to go back to.
    expect((await ada.touch({ active_organization_id: '' })).response.last_active_organization_id).toBe(id)
    await client().organizations.deleteOrganization(id)
    expect((await ada.auth()).sessionStatus).toBe('pending')
    clerk().settings.change({ force_organization_selection: false })
  })
})

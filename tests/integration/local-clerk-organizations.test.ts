import { describe, expect, it } from 'vitest'
import { codeOf, useOrganizations } from '../support/clerk-organizations.ts'

const { clerk, client, events } = useOrganizations()
const types = async () => (await events()).map(({ type }) => type)

describe('organizations in the Backend API', () => {
  it('are created, found, changed and deleted, with events', async () => {
    const { organizations } = client()
    const { id, slug } = await organizations.createOrganization({
      name: 'Acme Corp.', createdBy: 'user_123', privateMetadata: { plan: 'free' },
    })
    expect(slug).toBe('acme-corp')
    const other = await organizations.createOrganization({ name: 'Acme Corp.', maxAllowedMemberships: 0 })
    expect(other).toMatchObject({ slug: expect.stringMatching(/^acme-corp-\d+$/), maxAllowedMemberships: 0 })

    expect((await organizations.getOrganization({ slug, includeMembersCount: true })).membersCount).toBe(1)
    const listed = await organizations.getOrganizationList({ query: 'ACME', orderBy: '+created_at', limit: 1 })
    expect([listed.totalCount, listed.data.map(each => each.id)]).toEqual([2, [id]])
    const without = await organizations.getOrganizationList({ organizationId: [`-${id}`] })
    expect(without.data.map(each => each.id)).toEqual([other.id])

    await organizations.updateOrganization(id, { name: 'Acme', slug: 'acme' })
    const publicMetadata = { a: { b: 1, c: 2 } }
    await organizations.updateOrganizationMetadata(id, { publicMetadata })
    const merged = await organizations.updateOrganizationMetadata(id, { publicMetadata: { a: { b: null } } })
    expect(merged).toMatchObject({ name: 'Acme', publicMetadata: { a: { c: 2 } }, privateMetadata: { plan: 'free' } })
    const replaced = await organizations.replaceOrganizationMetadata(id, { publicMetadata: { d: 1 } })
    expect([replaced.publicMetadata, replaced.privateMetadata]).toEqual([{ d: 1 }, { plan: 'free' }])
    const file = new Blob(['…'], { type: 'image/png' })
    const { imageUrl } = await organizations.updateOrganizationLogo(id, { file, uploaderUserId: 'user_123' })
    expect(await (await fetch(new URL(imageUrl, clerk().url))).text()).toBe('…')
    expect((await organizations.deleteOrganizationLogo(id)).hasImage).toBe(false)
    expect(await (await fetch(new URL(`/__clerk/images/${id}`, clerk().url))).text()).toContain('>A<')

    expect(await codeOf(organizations.createOrganization({ name: 'B', slug: 'acme' }))).toBe('form_identifier_exists')
    expect(await codeOf(organizations.createOrganization({ name: 'B', slug: 'A b' }))).toBe('form_param_format_invalid')
    const strange = organizations.createOrganization({ name: 'B', createdBy: 'user_none' })
    expect(await codeOf(strange)).toBe('organization_creator_not_found')
    await organizations.deleteOrganization(id)
    expect(await codeOf(organizations.getOrganization({ organizationId: id }))).toBe('resource_not_found')
    expect(await types()).toEqual([
      'organization.created', 'organizationMembership.created', 'organization.created',
      ...Array.from({ length: 6 }, () => 'organization.updated'),
      'organizationMembership.deleted', 'organization.deleted',
    ])
    await organizations.deleteOrganization(other.id)
  })

  it('have members, as many as they may have', async () => {
    const { organizations, users } = client()
    const { id: organizationId } = await organizations.createOrganization({
      name: 'Members', createdBy: 'user_123', maxAllowedMemberships: 3,
    })
    const liam = { organizationId, userId: 'user_456' }
    await organizations.createOrganizationMembership({ ...liam, role: 'org:member' })
    const again = organizations.createOrganizationMembership({ ...liam, role: 'org:member' })
    expect(await codeOf(again)).toBe('already_a_member_in_organization')
    const emailAddress = 'guest@example.com'
    await organizations.createOrganizationInvitation({ organizationId, emailAddress, role: 'org:member' })
    const full = organizations.createOrganizationMembership({ organizationId, userId: 'user_789', role: 'org:member' })
    expect(await codeOf(full)).toBe('organization_membership_quota_exceeded')

    const named = await organizations.getOrganizationMembershipList({ organizationId, query: 'tremblay' })
    expect(named.data).toMatchObject([{ role: 'org:member', publicUserData: { userId: 'user_456' } }])
    const admins = await organizations.getOrganizationMembershipList({ organizationId, role: ['org:admin'] })
    expect(admins.data.map(({ publicUserData }) => publicUserData?.userId)).toEqual(['user_123'])
    const byName = await organizations.getOrganizationMembershipList({ organizationId, orderBy: '-first_name' })
    expect(byName.data.map(({ publicUserData }) => publicUserData?.firstName)).toEqual(['Liam', 'Ada'])
    const [own] = (await users.getOrganizationMembershipList({ userId: 'user_456' })).data
    expect(own).toMatchObject({
      organization: { id: organizationId },
      permissions: ['org:sys_billing:read', 'org:sys_memberships:read'],
    })
    expect((await organizations.getInstanceOrganizationMembershipList({})).totalCount).toBe(2)

    const inIt = await users.getUserList({ organizationId: [organizationId], orderBy: '+first_name' })
    expect(inIt.data.map(({ firstName }) => firstName)).toEqual(['Ada', 'Liam'])
    expect((await users.getUserList({ organizationId: [`-${organizationId}`] })).totalCount).toBe(2)

    const last = organizations.updateOrganizationMembership({ ...liam, userId: 'user_123', role: 'org:member' })
    expect(await codeOf(last)).toBe('organization_minimum_permissions_needed')
    await organizations.updateOrganizationMembership({ ...liam, role: 'org:admin' })
    const publicMetadata = { team: 'A' }
    const changed = await organizations.updateOrganizationMembershipMetadata({ ...liam, publicMetadata })
    expect(changed).toMatchObject({ role: 'org:admin', publicMetadata })
    await organizations.deleteOrganizationMembership({ organizationId, userId: 'user_123' })
    expect(await types()).toEqual([
      'organization.created', 'organizationMembership.created', 'organizationMembership.created',
      'organizationInvitation.created', 'email.created',
      'organizationMembership.updated', 'organizationMembership.updated', 'organizationMembership.deleted',
    ])
    await organizations.deleteOrganization(organizationId)
  })

  it('lose a member who is deleted', async () => {
    const emailAddress = ['leaver@example.com']
    const { id } = await client().users.createUser({ emailAddress, password: 'a good password' })
    const organization = await client().organizations.createOrganization({ name: 'Left', createdBy: id })
    await client().users.deleteUser(id)
    expect((await types()).slice(-2)).toEqual(['organizationMembership.deleted', 'user.deleted'])
    const left = (await events()).find(({ type }) => type === 'organizationMembership.deleted')
    expect(left?.data).toMatchObject({ public_user_data: { user_id: id }, organization: { id: organization.id } })
    await client().organizations.deleteOrganization(organization.id)
  })

  it('invite by email', async () => {
    const { organizations } = client()
    const { id: organizationId } = await organizations.createOrganization({ name: 'Inviting', createdBy: 'user_123' })
    const invite = (emailAddress: string) => ({ emailAddress, role: 'org:member', inviterUserId: 'user_123' })
    const two = [invite('one@example.com'), invite('two@example.com')]
    const { data: [one] } = await organizations.createOrganizationInvitationBulk(organizationId, two)
    const repeated = organizations.createOrganizationInvitation({ organizationId, ...two[0]! })
    expect(await codeOf(repeated)).toBe('duplicate_record')
    const member = organizations.createOrganizationInvitation({ organizationId, ...invite('ada@example.com') })
    expect(await codeOf(member)).toBe('already_a_member_in_organization')
    const invitationId = one!.id
    const own = { organizationId, invitationId }
    expect((await organizations.getOrganizationInvitation(own)).status).toBe('pending')
    expect((await organizations.revokeOrganizationInvitation(own)).status).toBe('revoked')
    expect(await codeOf(organizations.revokeOrganizationInvitation(own))).toBe('organization_invitation_not_pending')
    const pending = await organizations.getOrganizationInvitationList({ organizationId, status: ['pending'] })
    expect(pending.data.map(({ emailAddress }) => emailAddress)).toEqual(['two@example.com'])
    expect(await types()).toEqual([
      'organization.created', 'organizationMembership.created',
      'organizationInvitation.created', 'email.created', 'organizationInvitation.created', 'email.created',
      'organizationInvitation.revoked',
    ])
    await organizations.deleteOrganization(organizationId)
  })

  it('have domains', async () => {
    const { organizations } = client()
    const { id: organizationId } = await organizations.createOrganization({ name: 'Domains', createdBy: 'user_123' })
    const enrollmentMode = 'manual_invitation'
    const create = (name: string) => organizations.createOrganizationDomain({ organizationId, name, enrollmentMode })
    const { id: domainId, verification } = await create('acme.example')
    expect(verification?.status).toBe('verified')
    expect(await codeOf(create('acme.example'))).toBe('organization_domain_already_exists')
    expect(await codeOf(create('gmail.com'))).toBe('organization_domain_common')
    const changed = await organizations.updateOrganizationDomain({
      organizationId, domainId, enrollmentMode: 'automatic_suggestion', verified: false,
    })
    // @clerk/backend passes a domain on as it is.
    expect(changed).toMatchObject({ enrollment_mode: 'automatic_suggestion', verification: null })
    expect((await organizations.getOrganizationDomainList({ organizationId })).totalCount).toBe(1)
    await organizations.deleteOrganizationDomain({ organizationId, domainId })
    expect((await types()).slice(2)).toEqual([
      'organizationDomain.created', 'organizationDomain.updated', 'organizationDomain.deleted',
    ])
    await organizations.deleteOrganization(organizationId)
  })

  it('have roles and permissions of the instance', async () => {
    const { organizationRoles: roles, organizationPermissions: permissions, organizations } = client()
    const key = 'org:reports:read'
    const permission = await permissions.createOrganizationPermission({ key, name: 'Read reports' })
    const reserved = permissions.createOrganizationPermission({ key: 'org:sys_a:b', name: 'A' })
    expect(await codeOf(reserved)).toBe('form_param_format_invalid')
    const role = await roles.createOrganizationRole({ key: 'org:reader', name: 'Reader', permissions: [permission.id] })
    expect(role.permissions).toMatchObject([{ key }])
    const { data: [found] } = await roles.getOrganizationRoleList({ query: 'org:admin' })
    const admin = { organizationRoleId: found!.id }
    await roles.assignPermissionToOrganizationRole({ ...admin, permissionId: permission.id })
    const twice = roles.assignPermissionToOrganizationRole({ ...admin, permissionId: permission.id })
    expect(await codeOf(twice)).toBe('organization_role_permission_association_exists')
    const { data } = await permissions.getOrganizationPermissionList({ query: 'sys_profile:delete' })
    const needed = roles.removePermissionFromOrganizationRole({ ...admin, permissionId: data[0]!.id })
    expect(await codeOf(needed)).toBe('organization_missing_creator_role_permissions')
    const system = permissions.deleteOrganizationPermission(data[0]!.id)
    expect(await codeOf(system)).toBe('organization_system_permission_not_modifiable')
    expect(await codeOf(roles.deleteOrganizationRole(found!.id))).toBe('organization_role_default_creator_role')

    const { id: organizationId } = await organizations.createOrganization({ name: 'Roles', createdBy: 'user_123' })
    const reader = { organizationId, userId: 'user_456', role: 'org:reader' }
    await organizations.createOrganizationMembership(reader)
    expect(await codeOf(roles.deleteOrganizationRole(role.id))).toBe('organization_role_assigned_members')
    await roles.updateOrganizationRole({ organizationRoleId: role.id, key: 'org:auditor' })
    const ofReader = { organizationId, userId: ['user_456'] }
    const { data: [member] } = await organizations.getOrganizationMembershipList(ofReader)
    expect(member).toMatchObject({ role: 'org:auditor', permissions: [key] })
    await organizations.deleteOrganization(organizationId)
    await permissions.updateOrganizationPermission({ permissionId: permission.id, description: 'Reads' })
    await permissions.deleteOrganizationPermission(permission.id)
    expect((await roles.getOrganizationRole(role.id)).permissions).toEqual([])
    await roles.deleteOrganizationRole(role.id)
    expect((await types()).filter(type => /^(role|permission)/.test(type))).toEqual([
      'permission.created', 'role.created', 'role.updated', 'role.updated',
      'permission.updated', 'permission.deleted', 'role.deleted',
    ])
  })

  it('can be turned off', async () => {
    const { instance, organizations } = client()
    const off = await instance.updateOrganizationSettings({ enabled: false, maxAllowedMemberships: 20 })
    expect(off).toMatchObject({ enabled: false, maxAllowedMemberships: 20, creatorRole: 'org:admin' })
    expect(await codeOf(organizations.getOrganizationList())).toBe('organization_not_enabled_in_instance')
    const bad = instance.updateOrganizationSettings({ maxAllowedMemberships: -1 })
    expect(await codeOf(bad)).toBe('form_param_value_invalid')
    await instance.updateOrganizationSettings({ enabled: true, maxAllowedMemberships: 5 })
    expect((await instance.getOrganizationSettings()).enabled).toBe(true)
  })
})

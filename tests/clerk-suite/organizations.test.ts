import { expect } from 'vitest'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become, claimsOf, clerkIn } from './support/session.ts'
import { button, field } from './support/steps.ts'

const settings = { organizations: true }

/** An organization with an admin, and somebody who is a member. */
async function organize(visit: Visit) {
  const [admin, member] = [await visit.user(), await visit.user()]
  const { organizations } = visit.clerk
  const name = `Team of ${admin.username}`
  const organization = await organizations.createOrganization({ name, createdBy: admin.id })
  await organizations.createOrganizationMembership({
    organizationId: organization.id,
    userId: member.id,
    role: 'org:member',
  })
  return { admin, member, organization }
}

/** Makes a browser that of somebody who works in an organization. */
async function workAs(visit: Visit, user: { email: string }, organization: { id: string, name: string }) {
  await become(visit, user)
  await visit.open('/switcher')
  const clerk = await clerkIn(visit.page)
  await clerk.evaluate((clerk, organization) => clerk.setActive({ organization }), organization.id)
  await expect.poll(() => visit.auth()).toMatchObject({ orgId: organization.id })
}

const state = async ({ page }: Visit) => JSON.parse(await page.getByLabel('State').textContent() ?? '{}')

flows('Organizations', { settings }, ({ flow }) => {
  flow('tells the server an admin\'s organization, role and slug', 'express/organizations', async (visit) => {
    const { admin, organization } = await organize(visit)
    await workAs(visit, admin, organization)
    expect(await visit.auth()).toMatchObject({
      userId: admin.id,
      orgId: organization.id,
      orgRole: 'org:admin',
      orgSlug: expect.any(String),
    })
  })

  flow('tells the server no organization of somebody who is in none', 'express/organizations', async (visit) => {
    const user = await visit.user()
    await become(visit, user)
    await visit.open('/')
    await expectSignedIn(visit, user.id)
    expect((await visit.auth()).orgId ?? null).toBeNull()
  })

  flow('tells the server the role of a member', 'express/organizations', async (visit) => {
    const { member, organization } = await organize(visit)
    await workAs(visit, member, organization)
    expect(await visit.auth()).toMatchObject({ orgId: organization.id, orgRole: 'org:member' })
  })

  flow('lists a user\'s organizations', 'vue/organizations', async (visit) => {
    const { member, organization } = await organize(visit)
    await become(visit, member)
    await visit.open('/organizations')
    await visit.page.getByText(organization.name).first().waitFor()
  })

  flow('creates an organization', 'vue/organizations', async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await become(visit, user)
    await visit.open('/create-organization')
    await page.getByRole('heading', { name: /Create organization/i }).waitFor()
    await field(page, 'Name').fill('Ada\'s team')
    await button(page, 'Create organization').click()
    await page.getByText('Invite new members').first().waitFor()
    await button(page, 'Skip').click()
    await page.waitForURL('/switcher')
    await page.getByText('Ada\'s team').first().waitFor()
    await expect.poll(() => visit.auth()).toMatchObject({ orgRole: 'org:admin' })
  })

  flow('switches between organizations', 'vue/organizations', async (visit) => {
    const { member, organization } = await organize(visit)
    const second = await organize(visit)
    const { page, clerk } = visit
    await clerk.organizations.createOrganizationMembership({
      organizationId: second.organization.id,
      userId: member.id,
      role: 'org:admin',
    })
    await workAs(visit, member, organization)
    await visit.open('/switcher')
    await button(page, 'Open organization switcher').click()
    const { name } = second.organization
    await page.getByRole('menuitem', { name }).or(button(page, name)).first().click()
    await expect.poll(() => visit.auth()).toMatchObject({ orgId: second.organization.id, orgRole: 'org:admin' })
  })

  flow('shows and renames an organization in its profile', 'composed-components', async (visit) => {
    const { admin, organization } = await organize(visit)
    const { page, clerk } = visit
    await workAs(visit, admin, organization)
    await visit.open('/organization')
    await button(page, 'Update profile').click()
    await field(page, 'Name').fill(`${organization.name}, renamed`)
    await button(page, 'Save').press('Enter')
    await page.getByText(`${organization.name}, renamed`).first().waitFor()
    expect(await clerk.organizations.getOrganization({ organizationId: organization.id })).toMatchObject({
      name: `${organization.name}, renamed`,
    })
  })

  flow('deletes an organization in its profile', 'composed-components', async (visit) => {
    const { admin, organization } = await organize(visit)
    const { page, clerk } = visit
    await workAs(visit, admin, organization)
    await visit.open('/organization')
    await button(page, 'Delete organization').click()
    await page.getByPlaceholder(organization.name).fill(organization.name)
    await page.locator('form').getByRole('button', { name: 'Delete organization' }).press('Enter')
    await expect.poll(() => clerk.organizations.getOrganization({ organizationId: organization.id })
      .then(() => true, () => false)).toBe(false)
  })

  flow('gives the user\'s data to the app\'s code', 'vue/composables', async (visit) => {
    const user = await visit.user()
    await become(visit, user)
    await visit.open('/state')
    await expect.poll(() => state(visit)).toMatchObject({
      userId: user.id,
      sessionId: expect.stringMatching(/^sess_/),
      sessionStatus: 'active',
      email: user.email,
      name: 'Grace Hopper',
    })
  })

  flow('gives the organization\'s data to the app\'s code', 'vue/composables', async (visit) => {
    const { admin, organization } = await organize(visit)
    await workAs(visit, admin, organization)
    await visit.open('/state')
    await expect.poll(() => state(visit)).toMatchObject({
      orgRole: 'org:admin',
      organization: organization.name,
      role: 'org:admin',
    })
  })
})

/** Lets admins edit posts. The permissions that Clerk itself has are for its own components only. */
async function permitEditing({ clerk }: Visit): Promise<void> {
  const { organizationPermissions, organizationRoles } = clerk
  const { data: [known] } = await organizationPermissions.getOrganizationPermissionList({ query: 'org:posts:edit' })
  if (known) return
  const permission = { name: 'Edit posts', key: 'org:posts:edit' }
  const { id } = await organizationPermissions.createOrganizationPermission(permission)
  const { data: roles } = await organizationRoles.getOrganizationRoleList()
  const { id: organizationRoleId } = roles.find(({ key }) => key === 'org:admin')!
  await organizationRoles.assignPermissionToOrganizationRole({ organizationRoleId, permissionId: id })
}

/** What the three ways to ask say about who works in an organization. */
async function access(visit: Visit) {
  const { page } = visit
  await visit.open('/access')
  const section = (name: string) => page.getByRole('region', { name })
  // ClerkJS knows more than the server's first rendering.
  await expect.poll(() => section('Client').innerText()).toBe(await section('Server').innerText())
  return { has: await section('Server').locator('p').allInnerTexts(), show: await section('Show').innerText() }
}

flows('Protection', { settings }, ({ flow }) => {
  flow('gives an admin what admins may', 'protect', async (visit) => {
    const { admin, organization } = await organize(visit)
    await workAs(visit, admin, organization)
    await visit.open('/only-admin')
    await visit.page.getByText('You are an admin').waitFor()
    expect((await visit.page.request.get('/api/admin')).status()).toBe(200)
    expect((await access(visit)).show).toContain('For admins')
  })

  flow('refuses a member what admins may', 'protect', async (visit) => {
    const { member, organization } = await organize(visit)
    await workAs(visit, member, organization)
    await visit.open('/only-admin')
    await visit.page.getByText(/this page could not be found/i).first().waitFor()
    expect((await visit.page.request.get('/api/admin')).status()).toBe(404)
    expect((await access(visit)).show).toContain('Not for you')
  })

  flow('refuses who is signed out', 'protect', async (visit) => {
    expect((await visit.page.request.get('/api/admin', { maxRedirects: 0 })).status()).not.toBe(200)
    expect((await access(visit)).show).toContain('Not for you')
    await visit.open('/')
    await visit.page.getByRole('link', { name: 'Protected' }).click()
    await visit.page.waitForURL(/\/sign-in\?redirect_url=/)
  })

  flow('tells client and server the permissions of an admin, by one token', 'protect-jwt-v2', async (visit) => {
    await permitEditing(visit)
    const { admin, organization } = await organize(visit)
    await workAs(visit, admin, organization)
    expect((await access(visit)).has).toEqual([
      '{"role":"org:admin"} true',
      '{"role":"org:member"} false',
      '{"permission":"org:posts:edit"} true',
    ])
    const token = await (await clerkIn(visit.page)).evaluate(clerk => clerk.session.getToken())
    const o = { id: organization.id, rol: 'admin', per: 'edit' }
    expect(claimsOf(token)).toMatchObject({ v: 2, fea: 'o:posts', o })
  })

  flow('tells client and server the permissions of a member, by one token', 'protect-jwt-v2', async (visit) => {
    await permitEditing(visit)
    const { member, organization } = await organize(visit)
    await workAs(visit, member, organization)
    expect((await access(visit)).has).toEqual([
      '{"role":"org:admin"} false',
      '{"role":"org:member"} true',
      '{"permission":"org:posts:edit"} false',
    ])
  })

  flow('shows an admin what is for admins', 'nuxt/basic', async (visit) => {
    const { admin, organization } = await organize(visit)
    await workAs(visit, admin, organization)
    await visit.open('/access')
    await visit.page.getByText('For admins').waitFor()
  })
})

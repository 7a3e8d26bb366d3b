import { defineEventHandler, readMultipartFormData } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../../errors.ts'
import { isImage } from '../../images.ts'
import { paged } from '../../lists.ts'
import { organizationErrors } from '../../organizations/errors.ts'
import type { Organization } from '../../organizations/records.ts'
import type { Client } from '../../sessions.ts'
import type { Context } from '../context.ts'
import { answer, originOf, readForm, requireSession } from '../requests.ts'
import { requireMember } from './guard.ts'
import { organizationJSON } from './json.ts'

/** An organization, as `<CreateOrganization>` and `<OrganizationProfile>` create and edit it. */
export function addProfileRoutes(router: Router, context: Context): void {
  const { organizations } = context
  const answerOrganization = (event: H3Event, client: Client, organization: Organization) =>
    answer(context, event, client, organizationJSON(context, organization, originOf(event)))

  router.post('/v1/organizations', defineEventHandler(async (event) => {
    organizations.requireEnabled()
    const { client, user } = requireSession(context, event)
    if (!user.create_organization_enabled) throw organizationErrors.creationDisabled()
    const { name, slug } = await readForm(event)
    return answerOrganization(event, client, organizations.create({ name, slug, created_by: user.id }))
  }))

  router.get('/v1/organizations/:id', defineEventHandler((event) => {
    const { client, organization } = requireMember(context, event)
    return answerOrganization(event, client, organization)
  }))

  router.patch('/v1/organizations/:id', defineEventHandler(async (event) => {
    const { client, organization: { id } } = requireMember(context, event, 'org:sys_profile:manage')
    const { name, slug } = await readForm(event)
    return answerOrganization(event, client, organizations.update(id, { name, slug }))
  }))

  router.delete('/v1/organizations/:id', defineEventHandler((event) => {
    const needed = 'org:sys_profile:delete'
    const { client, organization } = requireMember(context, event, needed)
    if (!organization.admin_delete_enabled) throw organizationErrors.missingPermission([needed])
    return answer(context, event, client, organizations.remove(organization.id))
  }))

  router.put('/v1/organizations/:id/logo', defineEventHandler(async (event) => {
    const { client, organization: { id } } = requireMember(context, event, 'org:sys_profile:manage')
    const [file] = await readMultipartFormData(event) ?? []
    if (!file || !isImage(file.type)) throw errors.missing('file')
    return answerOrganization(event, client, organizations.setLogo(id, file.type!, file.data))
  }))

  router.delete('/v1/organizations/:id/logo', defineEventHandler((event) => {
    const { client, organization: { id } } = requireMember(context, event, 'org:sys_profile:manage')
    organizations.removeLogo(id)
    return answer(context, event, client, { object: 'image', id, deleted: true })
  }))

  router.get('/v1/organizations/:id/roles', defineEventHandler((event) => {
    const { client } = requireMember(context, event, 'org:sys_memberships:read', 'org:sys_memberships:manage')
    const { data, total_count } = paged(event, organizations.roles.list())
    // ClerkJS and Clerk's description have no null here.
    const roles = data.map(organizations.roles.toJSON).map(role => ({ ...role, description: role.description ?? '' }))
    return answer(context, event, client, { data: roles, total_count, has_role_set_migration: false })
  }))
}

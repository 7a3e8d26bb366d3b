import { defineEventHandler, getQuery, readMultipartFormData } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../../errors.ts'
import { inPath } from '../../http.ts'
import { isImage } from '../../images.ts'
import { contains, includes, ordered, paged, valuesOf } from '../../lists.ts'
import { mergeMetadata, replaceMetadata } from '../../metadata.ts'
import type { OrganizationInput } from '../../organizations/organizations.ts'
import type { Organization } from '../../organizations/records.ts'
import { readJSON } from '../context.ts'
import type { Context } from '../context.ts'

/** Organizations themselves. */
export function addProfileRoutes(router: Router, { organizations }: Context): void {
  const { memberships, requireEnabled } = organizations
  const toJSON = memberships.organizationJSON

  /** With what the query asks for beside the organization. */
  function askedJSON(event: H3Event, organization: Organization) {
    const { include_members_count, include_missing_member_with_elevated_permissions } = getQuery(event)
    const { members_count, ...json } = toJSON(organization)
    return {
      ...json,
      ...include_members_count === 'true' && { members_count },
      ...include_missing_member_with_elevated_permissions === 'true' && {
        missing_member_with_elevated_permissions: memberships.isMissingElevated(organization.id),
      },
    }
  }

  router.get('/v1/organizations', defineEventHandler((event) => {
    requireEnabled()
    const query = String(getQuery(event).query ?? '')
    const [ids, userIds] = [valuesOf(event, 'organization_id'), valuesOf(event, 'user_id')]
    const membersOf = (id: string) => memberships.ofOrganization(id).map(({ user_id }) => user_id)
    const found = organizations.list()
      .filter(({ id, name, slug }) => !query || id === query || contains(name, query) || contains(slug, query))
      .filter(({ id }) => includes(ids, [id]))
      .filter(({ id }) => userIds.length === 0 || includes(userIds, membersOf(id)))
    const { data, total_count } = paged(event, ordered(event, found, {
      name: ({ name }) => name,
      created_at: ({ created_at }) => created_at,
      members_count: ({ id }) => membersOf(id).length,
    }))
    return { data: data.map(organization => askedJSON(event, organization)), total_count }
  }))

  router.post('/v1/organizations', defineEventHandler(async (event) => {
    requireEnabled()
    return toJSON(organizations.create(await readJSON<OrganizationInput>(event)))
  }))

  router.get('/v1/organizations/:id', defineEventHandler((event) => {
    requireEnabled()
    const named = inPath(event, 'id')
    const bySlug = organizations.list().find(({ slug }) => slug === named)
    return askedJSON(event, bySlug ?? organizations.get(named))
  }))

  router.patch('/v1/organizations/:id', defineEventHandler(async (event) => {
    requireEnabled()
    const { id } = organizations.get(inPath(event, 'id'))
    return toJSON(organizations.update(id, await readJSON<OrganizationInput>(event)))
  }))

  router.delete('/v1/organizations/:id', defineEventHandler((event) => {
    requireEnabled()
    return organizations.remove(organizations.get(inPath(event, 'id')).id)
  }))

  for (const [method, combine] of [['patch', mergeMetadata], ['put', replaceMetadata]] as const) {
    router[method]('/v1/organizations/:id/metadata', defineEventHandler(async (event) => {
      requireEnabled()
      const organization = organizations.get(inPath(event, 'id'))
      const given = await readJSON<Pick<OrganizationInput, 'public_metadata' | 'private_metadata'>>(event)
      const changes: OrganizationInput = {}
      for (const name of ['public_metadata', 'private_metadata'] as const) {
        if (given[name]) changes[name] = combine(organization[name], given[name])
      }
      return toJSON(organizations.update(organization.id, changes))
    }))
  }

  router.put('/v1/organizations/:id/logo', defineEventHandler(async (event) => {
    requireEnabled()
    const { id } = organizations.get(inPath(event, 'id'))
    const file = (await readMultipartFormData(event) ?? []).find(({ name }) => name === 'file')
    if (!file || !isImage(file.type)) throw errors.missing('file')
    return toJSON(organizations.setLogo(id, file.type!, file.data))
  }))

  router.delete('/v1/organizations/:id/logo', defineEventHandler((event) => {
    requireEnabled()
    return toJSON(organizations.removeLogo(organizations.get(inPath(event, 'id')).id))
  }))
}

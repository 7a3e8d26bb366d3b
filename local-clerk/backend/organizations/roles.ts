import { defineEventHandler, getQuery } from 'h3'
import type { H3Event, Router } from 'h3'
import { inPath } from '../../http.ts'
import { contains, ordered, paged } from '../../lists.ts'
import type { Permission, PermissionInput, Role, RoleInput } from '../../organizations/roles.ts'
import { readJSON } from '../context.ts'
import type { Context } from '../context.ts'

const columns = {
  created_at: ({ created_at }: Role | Permission) => created_at,
  name: ({ name }: Role | Permission) => name,
  key: ({ key }: Role | Permission) => key,
}

/** A page of the roles or permissions that match the query. */
function asked<Item extends Role | Permission>(event: H3Event, items: Item[]) {
  const query = String(getQuery(event).query ?? '')
  const found = items.filter(({ id, name, key }) =>
    !query || id === query || contains(name, query) || contains(key, query))
  return paged(event, ordered(event, found, columns))
}

/** The roles and the permissions of the instance. */
export function addRoleRoutes(router: Router, { organizations: { roles } }: Context): void {
  router.get('/v1/organization_roles', defineEventHandler((event) => {
    const { data, total_count } = asked(event, roles.list())
    return { data: data.map(roles.toJSON), total_count }
  }))

  router.post('/v1/organization_roles', defineEventHandler(async (event) => {
    return roles.create(await readJSON<RoleInput>(event))
  }))

  router.get('/v1/organization_roles/:id', defineEventHandler(event => roles.toJSON(roles.get(inPath(event, 'id')))))

  router.patch('/v1/organization_roles/:id', defineEventHandler(async (event) => {
    return roles.update(inPath(event, 'id'), await readJSON<RoleInput>(event))
  }))

  router.delete('/v1/organization_roles/:id', defineEventHandler(event => roles.remove(inPath(event, 'id'))))

  router.post('/v1/organization_roles/:id/permissions/:permission_id', defineEventHandler((event) => {
    return roles.assign(inPath(event, 'id'), inPath(event, 'permission_id'))
  }))

  router.delete('/v1/organization_roles/:id/permissions/:permission_id', defineEventHandler((event) => {
    return roles.unassign(inPath(event, 'id'), inPath(event, 'permission_id'))
  }))

  router.get('/v1/organization_permissions', defineEventHandler(event => asked(event, roles.listPermissions())))

  router.post('/v1/organization_permissions', defineEventHandler(async (event) => {
    return roles.createPermission(await readJSON<PermissionInput>(event))
  }))

  router.get('/v1/organization_permissions/:id', defineEventHandler((event) => {
    return roles.getPermission(inPath(event, 'id'))
  }))

  router.patch('/v1/organization_permissions/:id', defineEventHandler(async (event) => {
    return roles.updatePermission(inPath(event, 'id'), await readJSON<PermissionInput>(event))
  }))

  router.delete('/v1/organization_permissions/:id', defineEventHandler((event) => {
    return roles.removePermission(inPath(event, 'id'))
  }))
}

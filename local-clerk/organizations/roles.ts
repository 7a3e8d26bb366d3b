import { errors } from '../errors.ts'
import { createObjects } from '../objects.ts'
import type { Stored } from '../objects.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { organizationErrors } from './errors.ts'
import { hasMinimum, minimumPermissions, systemPermissions } from './permissions.ts'
import type { Records } from './records.ts'

interface PermissionFields {
  name: string
  key: string
  description: string
  type: 'system' | 'user'
}

interface RoleFields {
  name: string
  key: string
  description: string | null
  permission_ids: string[]
}

export type Permission = Stored<PermissionFields>
export type Role = Stored<RoleFields>

export interface PermissionInput {
  name?: string
  key?: string
  description?: string
}

export interface RoleInput {
  name?: string | null
  key?: string | null
  description?: string | null
  /** Ids. */
  permissions?: string[] | null
}

/** What a member may do by default: read the members and the billing, as in Clerk. */
const memberPermissions: string[] = ['org:sys_memberships:read', 'org:sys_billing:read']

export type Roles = ReturnType<typeof createRoles>

/** The roles that a member of an organization can have, and the permissions that a role can have. */
export function createRoles(store: Store, webhooks: Webhooks, settings: Settings, records: Records) {
  const permissions = createObjects<PermissionFields>(store, 'permission', 'perm')
  const roles = createObjects<RoleFields>(store, 'role', 'role')

  /** Every instance has these. A reset deletes them too. */
  function createDefaults(): void {
    if (roles.list().length > 0) return
    store.transaction(() => {
      const system = systemPermissions.map(([key, name, description]) =>
        permissions.create({ key, name, description, type: 'system' }))
      const idsOf = (wanted: Permission[]) => wanted.map(({ id }) => id)
      roles.create({
        key: 'org:member',
        name: 'Member',
        description: 'Role with non-privileged permissions',
        permission_ids: idsOf(system.filter(({ key }) => memberPermissions.includes(key))),
      })
      roles.create({
        key: 'org:admin',
        name: 'Admin',
        description: 'Role with elevated permissions',
        permission_ids: idsOf(system),
      })
    })
  }

  function list(): Role[] {
    createDefaults()
    return roles.list()
  }

  function listPermissions(): Permission[] {
    createDefaults()
    return permissions.list()
  }

  function get(id: string): Role {
    const role = list().find(each => each.id === id)
    if (!role) throw organizationErrors.roleNotFound('role_id')
    return role
  }

  /** @throws ClerkError when no role has this key, which the request has under this name */
  function byKey(key: string | null | undefined, paramName = 'role'): Role {
    if (!key) throw errors.missing(paramName)
    const role = list().find(each => each.key === key)
    if (!role) throw organizationErrors.roleNotFound(paramName)
    return role
  }

  function getPermission(id: string): Permission {
    createDefaults()
    return permissions.get(id)
  }

  /** The keys of a role's permissions. */
  function permissionsOf({ permission_ids }: Role): string[] {
    return listPermissions().filter(({ id }) => permission_ids.includes(id)).map(({ key }) => key).sort()
  }

  function toJSON({ permission_ids, ...role }: Role) {
    return {
      ...role,
      is_creator_eligible: hasMinimum(permissionsOf({ permission_ids, ...role })),
      permissions: listPermissions().filter(({ id }) => permission_ids.includes(id)),
    }
  }

  function save(role: Role, fields: Partial<RoleFields>) {
    return store.transaction(() => {
      const json = toJSON(roles.update(role.id, fields))
      webhooks.send('role.updated', json)
      return json
    })
  }

  function checkRoleKey(key: string, own?: string): void {
    if (!/^org:[a-z0-9_]+$/.test(key)) {
      throw organizationErrors.keyInvalid('A role\'s key is `org:` and lowercase letters, numbers and underscores.')
    }
    if (list().some(role => role.key === key && role.id !== own)) throw errors.taken('key')
  }

  function checkPermissionKey(key: string, own?: string): void {
    if (!/^org:(?!sys_)[a-z0-9_]+:[a-z0-9_]+$/.test(key)) {
      throw organizationErrors.keyInvalid('A permission\'s key has the form `org:feature:action`, and not `org:sys_`.')
    }
    if (listPermissions().some(permission => permission.key === key && permission.id !== own)) throw errors.taken('key')
  }

  /** @throws ClerkError for one of Clerk's own permissions */
  function customPermission(id: string): Permission {
    const permission = getPermission(id)
    if (permission.type === 'system') throw organizationErrors.systemPermission()
    return permission
  }

  /** @throws ClerkError when the creators of organizations would lack what they need */
  function checkCreatorRole(role: Role): void {
    const isCreatorRole = role.key === settings.current().organization_creator_role
    if (isCreatorRole && !hasMinimum(permissionsOf(role))) {
      throw organizationErrors.creatorRolePermissions(minimumPermissions)
    }
  }

  return {
    list,
    get,
    byKey,
    permissionsOf,
    toJSON,
    listPermissions,
    getPermission,

    create({ name, key, description = null, permissions: ids }: RoleInput) {
      if (!name) throw errors.missing('name')
      if (!key) throw errors.missing('key')
      checkRoleKey(key)
      const permission_ids = (ids ?? []).map(id => getPermission(id).id)
      return store.transaction(() => {
        const json = toJSON(roles.create({ name, key, description, permission_ids }))
        webhooks.send('role.created', json)
        return json
      })
    },

    /** Members and invitations keep the role by its id; what names it by its key follows. */
    update(id: string, { name, key, description, permissions: ids }: RoleInput) {
      const role = get(id)
      if (key) checkRoleKey(key, id)
      const permission_ids = ids?.map(each => getPermission(each).id) ?? role.permission_ids
      checkCreatorRole({ ...role, permission_ids })
      const changed = {
        name: name || role.name,
        key: key || role.key,
        description: description === undefined ? role.description : description,
        permission_ids,
      }
      return store.transaction(() => {
        const { organization_creator_role, organization_domain_role } = settings.current()
        if (organization_creator_role === role.key) settings.change({ organization_creator_role: changed.key })
        if (organization_domain_role === role.key) settings.change({ organization_domain_role: changed.key })
        return save(role, changed)
      })
    },

    /** @throws ClerkError when the role is in use */
    remove(id: string) {
      const role = get(id)
      const { organization_creator_role, organization_domain_role } = settings.current()
      if (organization_creator_role === role.key) {
        throw organizationErrors.roleUsed('organization_role_default_creator_role',
          'The organization role cannot be deleted as it is currently used as the creator role.')
      }
      if (organization_domain_role === role.key) {
        throw organizationErrors.roleUsed('organization_role_domain_default_role',
          'The organization role cannot be deleted as it is currently used as the default domain role.')
      }
      if (records.memberships.where('role_id', id).length > 0) {
        throw organizationErrors.roleUsed('organization_role_assigned_members',
          'The organization role is currently assigned to one or more organization members.')
      }
      if (records.invitations.where('role_id', id).some(({ status }) => status === 'pending')) {
        throw organizationErrors.roleUsed('organization_role_exists_in_invitations',
          'The organization role exists in one or more pending organization invitations.')
      }
      return store.transaction(() => {
        webhooks.send('role.deleted', toJSON(role))
        return roles.remove(id)
      })
    },

    assign(id: string, permissionId: string) {
      const role = get(id)
      const permission = getPermission(permissionId)
      if (role.permission_ids.includes(permission.id)) throw organizationErrors.permissionAssigned()
      return save(role, { permission_ids: [...role.permission_ids, permission.id] })
    },

    unassign(id: string, permissionId: string) {
      const role = get(id)
      if (!role.permission_ids.includes(permissionId)) throw errors.notFound('permission')
      const permission_ids = role.permission_ids.filter(each => each !== permissionId)
      checkCreatorRole({ ...role, permission_ids })
      return save(role, { permission_ids })
    },

    createPermission({ name, key, description = '' }: PermissionInput): Permission {
      if (!name) throw errors.missing('name')
      if (!key) throw errors.missing('key')
      checkPermissionKey(key)
      return store.transaction(() => {
        const permission = permissions.create({ name, key, description, type: 'user' })
        webhooks.send('permission.created', permission)
        return permission
      })
    },

    updatePermission(id: string, { name, key, description }: PermissionInput): Permission {
      const { name: oldName, key: oldKey, description: oldDescription } = customPermission(id)
      if (key) checkPermissionKey(key, id)
      return store.transaction(() => {
        const permission = permissions.update(id, {
          name: name || oldName,
          key: key || oldKey,
          description: description ?? oldDescription,
        })
        webhooks.send('permission.updated', permission)
        return permission
      })
    },

    removePermission(id: string) {
      const permission = customPermission(id)
      return store.transaction(() => {
        for (const { id: roleId, permission_ids } of list()) {
          if (!permission_ids.includes(id)) continue
          roles.update(roleId, { permission_ids: permission_ids.filter(each => each !== id) })
        }
        webhooks.send('permission.deleted', permission)
        return permissions.remove(id)
      })
    },
  }
}

import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { ZodError } from 'zod'
import { ClerkError } from '../../errors.ts'
import { organizationErrors } from '../../organizations/errors.ts'
import { hasMinimum, minimumPermissions } from '../../organizations/permissions.ts'
import type { SettingsChanges } from '../../settings.ts'
import { readJSON } from '../context.ts'
import type { Context } from '../context.ts'

interface SettingsInput {
  enabled?: boolean | null
  max_allowed_memberships?: number | null
  admin_delete_enabled?: boolean | null
  domains_enabled?: boolean | null
  slug_disabled?: boolean | null
  domains_enrollment_modes?: string[] | null
  creator_role_id?: string | null
  domains_default_role_id?: string | null
}

/** What Clerk's plans allow. Local Clerk does not limit these. */
const limits = { max_allowed_roles: 10, max_allowed_permissions: 50, max_allowed_domains: 10, max_role_sets_allowed: 1 }

/** The instance's settings for organizations. */
export function addSettingsRoutes(router: Router, { settings, organizations: { roles } }: Context): void {
  function toJSON() {
    const current = settings.current()
    return {
      object: 'organization_settings',
      enabled: current.organizations,
      max_allowed_memberships: current.max_allowed_memberships,
      ...limits,
      creator_role: current.organization_creator_role,
      admin_delete_enabled: current.organization_admin_delete,
      domains_enabled: current.organization_domains,
      slug_disabled: !current.organization_slugs,
      domains_enrollment_modes: current.organization_enrollment_modes,
      domains_default_role: current.organization_domain_role,
    }
  }

  /** A role by its id, or its key, as some clients send. */
  const roleKey = (name: string | null | undefined) => name
    ? (roles.list().find(({ id }) => id === name) ?? roles.byKey(name)).key
    : undefined

  router.get('/v1/instance/organization_settings', defineEventHandler(toJSON))

  router.patch('/v1/instance/organization_settings', defineEventHandler(async (event) => {
    const input = await readJSON<SettingsInput>(event)
    const creatorRole = roleKey(input.creator_role_id)
    if (creatorRole && !hasMinimum(roles.permissionsOf(roles.byKey(creatorRole)))) {
      throw organizationErrors.creatorRolePermissions(minimumPermissions)
    }
    const given = {
      organizations: input.enabled,
      max_allowed_memberships: input.max_allowed_memberships,
      organization_admin_delete: input.admin_delete_enabled,
      organization_domains: input.domains_enabled,
      organization_slugs: typeof input.slug_disabled === 'boolean' ? !input.slug_disabled : undefined,
      organization_enrollment_modes: input.domains_enrollment_modes,
      organization_creator_role: creatorRole,
      organization_domain_role: roleKey(input.domains_default_role_id),
    }
    const isGiven = ([, value]: [string, unknown]) => value !== undefined && value !== null
    try {
      settings.change(Object.fromEntries(Object.entries(given).filter(isGiven)) as SettingsChanges)
    }
    catch (error) {
      if (error instanceof ZodError) throw new ClerkError(422, 'form_param_value_invalid', error.issues[0]!.message)
      throw error
    }
    return toJSON()
  }))
}

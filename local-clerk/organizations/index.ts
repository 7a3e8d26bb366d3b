import type { Keys } from '../keys.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store.ts'
import type { StoredImages } from '../stored-images.ts'
import type { Users } from '../users.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { createActiveOrganizations } from './active.ts'
import { createDomains } from './domains.ts'
import { createEnrollment } from './enrollment.ts'
import { organizationErrors } from './errors.ts'
import { createOrganizationInvitations } from './invitations.ts'
import { createMemberships } from './memberships.ts'
import { createOrganizations } from './organizations.ts'
import { createRecords } from './records.ts'
import { createRoles } from './roles.ts'

interface Parts {
  store: Store
  webhooks: Webhooks
  settings: Settings
  users: Users
  images: StoredImages
  keys: Keys
  /** Where the app's pages find Local Clerk: a path of their own origin, or a URL. */
  baseUrl: string
}

export type OrganizationParts = ReturnType<typeof createOrganizationParts>

/** Organizations, and all that belongs to them. */
export function createOrganizationParts(parts: Parts) {
  const { store, webhooks, settings, users } = parts
  const records = createRecords(store)
  const roles = createRoles(store, webhooks, settings, records)
  const memberships = createMemberships({ store, webhooks, users, records, roles })
  const organizations = createOrganizations({ ...parts, records, roles, memberships })
  const invitations = createOrganizationInvitations({ ...parts, records, roles, memberships })
  const domains = createDomains({ store, webhooks, settings, records })
  users.beforeRemoval(memberships.removeUser)
  return {
    ...organizations,
    roles,
    memberships,
    invitations,
    domains,
    enrollment: createEnrollment({ store, settings, records, roles, memberships, domains, invitations }),
    active: createActiveOrganizations({ settings, records, roles, memberships }),

    /** @throws ClerkError when organizations are turned off */
    requireEnabled(): void {
      if (!settings.current().organizations) throw organizationErrors.disabled()
    },
  }
}

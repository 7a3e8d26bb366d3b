import { ClerkError, errors } from '../errors.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store.ts'
import type { StoredImages } from '../stored-images.ts'
import type { Metadata, Users } from '../users.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { organizationErrors } from './errors.ts'
import type { Memberships } from './memberships.ts'
import type { Organization, Records } from './records.ts'
import type { Roles } from './roles.ts'

const maxNameLength = 256

export interface OrganizationInput {
  name?: string | null
  slug?: string | null
  max_allowed_memberships?: number | null
  admin_delete_enabled?: boolean | null
  public_metadata?: Metadata
  private_metadata?: Metadata
  /** The id of the user who becomes its first member, with the creator's role. */
  created_by?: string | null
}

interface Parts {
  store: Store
  webhooks: Webhooks
  settings: Settings
  users: Users
  images: StoredImages
  records: Records
  roles: Roles
  memberships: Memberships
}

/** Organizations. Each change of one sends an event. */
export function createOrganizations({ store, webhooks, settings, users, images, records, roles, memberships }: Parts) {
  const { organizations } = records

  function checkName(name: string): void {
    if (name.length > maxNameLength) {
      throw new ClerkError(422, 'form_param_max_length_exceeded', 'exceeds maximum length', {
        longMessage: `Name should not exceed ${maxNameLength} characters.`,
        paramName: 'name',
      })
    }
  }

  const isTaken = (slug: string, own?: string) => organizations.where('slug', slug).some(({ id }) => id !== own)

  function checkSlug(slug: string, own?: string): void {
    if (!/^[a-z0-9-]+$/.test(slug)) throw organizationErrors.slugInvalid()
    if (isTaken(slug, own)) throw errors.taken('slug')
  }

  /** `acme-corp` for Acme Corp., with the time where that is taken. */
  function slugOf(name: string): string {
    const slug = name.normalize('NFD').toLowerCase().replaceAll(/[^a-z0-9\s-]/g, '').trim().replaceAll(/[\s-]+/g, '-')
    return slug && !isTaken(slug) ? slug : `${slug || 'organization'}-${Date.now()}`
  }

  function save(id: string, fields: Partial<Organization>): Organization {
    return store.transaction(() => {
      const organization = organizations.update(id, fields)
      webhooks.send('organization.updated', memberships.organizationJSON(organization))
      return organization
    })
  }

  return {
    list: organizations.list,
    find: organizations.find,

    /** @throws ClerkError when there is none */
    get(id: string): Organization {
      const organization = organizations.find(id)
      if (!organization) throw errors.notFound('organization')
      return organization
    },

    /** @throws ClerkError when the name or the slug cannot be, or there is no such creator */
    create(input: OrganizationInput): Organization {
      const { name, slug, created_by, public_metadata = {}, private_metadata = {} } = input
      if (!name) throw errors.missing('name')
      checkName(name)
      if (slug) checkSlug(slug)
      if (created_by && !users.find(created_by)) throw organizationErrors.creatorNotFound(created_by)
      const { max_allowed_memberships, organization_admin_delete, organization_creator_role } = settings.current()
      return store.transaction(() => {
        const created = organizations.create({
          name,
          slug: slug || slugOf(name),
          image_url: '',
          has_image: false,
          max_allowed_memberships: input.max_allowed_memberships ?? max_allowed_memberships,
          admin_delete_enabled: organization_admin_delete,
          public_metadata,
          private_metadata,
          ...created_by && { created_by },
        })
        const organization = organizations.update(created.id, { image_url: images.urlOf(created.id) })
        webhooks.send('organization.created', memberships.organizationJSON(organization))
        if (created_by) {
          const { id } = roles.byKey(organization_creator_role)
          memberships.add({ organization_id: organization.id, user_id: created_by, role_id: id })
        }
        return organization
      })
    },

    update(id: string, input: OrganizationInput): Organization {
      const { name, slug } = input
      if (name === '') throw errors.missing('name')
      if (name) checkName(name)
      if (slug) checkSlug(slug, id)
      const given = {
        name,
        slug: slug || undefined,
        max_allowed_memberships: input.max_allowed_memberships,
        admin_delete_enabled: input.admin_delete_enabled,
        public_metadata: input.public_metadata,
        private_metadata: input.private_metadata,
      }
      const isGiven = ([, value]: [string, unknown]) => value !== undefined && value !== null
      return save(id, Object.fromEntries(Object.entries(given).filter(isGiven)))
    },

    setLogo(id: string, type: string, bytes: Uint8Array): Organization {
      return store.transaction(() => save(id, { has_image: true, image_url: images.save(id, type, bytes) }))
    },

    removeLogo(id: string): Organization {
      return store.transaction(() => {
        images.remove(id)
        return save(id, { has_image: false, image_url: images.urlOf(id) })
      })
    },

    /** Deletes an organization, and all that belongs to it. */
    remove(id: string): { object: string, id: string, deleted: true } {
      return store.transaction(() => {
        for (const membership of memberships.ofOrganization(id)) memberships.remove(membership)
        for (const kind of [records.invitations, records.domains, records.suggestions, records.requests]) {
          for (const { id: each } of kind.where('organization_id', id)) kind.remove(each)
        }
        images.remove(id)
        const deleted = organizations.remove(id)
        webhooks.send('organization.deleted', deleted)
        return deleted
      })
    },
  }
}

import { errors } from '../errors.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../store.ts'
import type { Webhooks } from '../webhooks/index.ts'
import { organizationErrors } from './errors.ts'
import { publicOrganizationData } from './invitations.ts'
import type { Domain, EnrollmentMode, Records } from './records.ts'

const codeLifetime = 10 * 60_000

/** Everybody can have an address there. */
const common = new Set([
  'aol.com', 'gmail.com', 'gmx.com', 'gmx.de', 'googlemail.com', 'hotmail.com', 'icloud.com', 'live.com', 'mail.com',
  'me.com', 'msn.com', 'outlook.com', 'proton.me', 'protonmail.com', 'web.de', 'yahoo.com', 'yandex.com', 'zoho.com',
])

export interface DomainInput {
  name?: string
  enrollment_mode?: string | null
  verified?: boolean | null
}

interface Parts {
  store: Store
  webhooks: Webhooks
  settings: Settings
  records: Records
}

export type Domains = ReturnType<typeof createDomains>

/** The domains of organizations: who has an email address there may come in. Each change of one sends an event. */
export function createDomains({ store, webhooks, settings, records }: Parts) {
  const { domains, organizations, invitations, suggestions } = records

  const pendingInvitations = ({ id, organization_id }: Domain) => invitations.where('organization_id', organization_id)
    .filter(({ domain_id, status }) => domain_id === id && status === 'pending')
  const pendingSuggestions = ({ id, organization_id }: Domain) => suggestions.where('organization_id', organization_id)
    .filter(({ domain_id, status }) => domain_id === id && status === 'pending')

  /** A domain in both APIs and in events. */
  function toJSON(domain: Domain) {
    return {
      ...domain,
      affiliation_verification: domain.verification,
      // A proof by DNS, which needs a name server.
      ownership_verification: null,
      total_pending_invitations: pendingInvitations(domain).length,
      total_pending_suggestions: pendingSuggestions(domain).length,
      public_organization_data: publicOrganizationData(organizations.get(domain.organization_id)),
    }
  }

  function checkName(name: string): void {
    if (!/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(name)) throw organizationErrors.domainInvalid()
    if (common.has(name)) throw organizationErrors.domainCommon()
    if (domains.where('name', name).length > 0) throw organizationErrors.domainExists()
  }

  /** @throws ClerkError when the instance does not have it */
  function checkMode(mode: string): EnrollmentMode {
    const known = settings.current().organization_enrollment_modes.find(each => each === mode)
    if (!known) throw organizationErrors.enrollmentModeDisabled(mode)
    return known
  }

  const verifiedNow = () => ({
    status: 'verified',
    strategy: 'email_code',
    attempts: 1,
    expire_at: null,
    verified_at: Date.now(),
  }) as const

  function save(domain: Domain, fields: Partial<Domain>): Domain {
    return store.transaction(() => {
      const changed = domains.update(domain.id, fields)
      webhooks.send('organizationDomain.updated', toJSON(changed))
      return changed
    })
  }

  /** Takes back what the domain has offered and nobody has accepted. */
  function withdrawOffers(domain: Domain): void {
    for (const { id } of pendingInvitations(domain)) invitations.remove(id)
    for (const { id } of pendingSuggestions(domain)) suggestions.remove(id)
  }

  const isVerified = ({ verification }: Domain) => verification?.status === 'verified'

  return {
    toJSON,
    isVerified,
    ofOrganization: (id: string) => domains.where('organization_id', id),

    /** The verified domain of this name, whose organization it opens. */
    named: (name: string) => domains.where('name', name).filter(isVerified),

    /** @throws ClerkError when domains are turned off */
    requireEnabled(): void {
      if (!settings.current().organization_domains) throw organizationErrors.domainsDisabled()
    },

    /** @throws ClerkError when the organization has no such domain */
    get(organizationId: string, id: string): Domain {
      const domain = domains.find(id)
      if (domain?.organization_id !== organizationId) throw errors.notFound('organization domain')
      return domain
    },

    /** @throws ClerkError when the name cannot be, or is taken */
    create(organizationId: string, { name: given, enrollment_mode, verified = false }: DomainInput): Domain {
      if (!given) throw errors.missing('name')
      const name = given.toLowerCase()
      checkName(name)
      return store.transaction(() => {
        const domain = domains.create({
          organization_id: organizationId,
          name,
          enrollment_mode: checkMode(enrollment_mode ?? 'manual_invitation'),
          affiliation_email_address: null,
          verification: verified ? verifiedNow() : null,
        })
        webhooks.send('organizationDomain.created', toJSON(domain))
        return domain
      })
    },

    update(domain: Domain, { enrollment_mode, verified }: DomainInput): Domain {
      return save(domain, {
        ...enrollment_mode && { enrollment_mode: checkMode(enrollment_mode) },
        ...typeof verified === 'boolean' && { verification: verified ? verifiedNow() : null },
      })
    },

    withdrawOffers,

    /**
     * Begins a verification by a code to an address of the domain.
     * @throws ClerkError when the address is of another domain
     */
    prepare(domain: Domain, address: string): Domain {
      if (!address.toLowerCase().endsWith(`@${domain.name}`)) throw organizationErrors.domainMismatch()
      return save(domain, {
        affiliation_email_address: address,
        verification: {
          status: 'unverified',
          strategy: 'email_code',
          attempts: 0,
          expire_at: Date.now() + codeLifetime,
          verified_at: null,
        },
      })
    },

    /** Records that the code was right. */
    verify: (domain: Domain) => save(domain, { verification: verifiedNow() }),

    remove(domain: Domain) {
      return store.transaction(() => {
        withdrawOffers(domain)
        const deleted = domains.remove(domain.id)
        webhooks.send('organizationDomain.deleted', deleted)
        return deleted
      })
    },
  }
}

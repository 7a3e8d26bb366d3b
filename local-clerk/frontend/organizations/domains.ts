import { defineEventHandler } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../../errors.ts'
import { inPath } from '../../http.ts'
import { paged, valuesOf } from '../../lists.ts'
import type { Domain } from '../../organizations/records.ts'
import type { Client } from '../../sessions.ts'
import { testCode } from '../../verifications.ts'
import type { Context } from '../context.ts'
import { emailCode } from '../messages.ts'
import { answer, readForm } from '../requests.ts'
import { requireMember } from './guard.ts'

/** The domains of an organization. */
export function addDomainRoutes(router: Router, context: Context): void {
  const { domains } = context.organizations

  function requireManager(event: H3Event) {
    domains.requireEnabled()
    return requireMember(context, event, 'org:sys_domains:manage')
  }

  function requireReader(event: H3Event) {
    domains.requireEnabled()
    return requireMember(context, event, 'org:sys_domains:read', 'org:sys_domains:manage')
  }

  /** The domain that the path names. */
  function domainInPath(event: H3Event) {
    const { client, organization, user } = requireManager(event)
    return { client, user, domain: domains.get(organization.id, inPath(event, 'domain_id')) }
  }

  const answerDomain = (event: H3Event, client: Client, domain: Domain) =>
    answer(context, event, client, domains.toJSON(domain))

  router.get('/v1/organizations/:id/domains', defineEventHandler((event) => {
    const { client, organization: { id } } = requireReader(event)
    const [modes, [verified]] = [valuesOf(event, 'enrollment_mode'), valuesOf(event, 'verified')]
    const found = domains.ofOrganization(id)
      .filter(({ enrollment_mode }) => modes.length === 0 || modes.includes(enrollment_mode))
      .filter(domain => !verified || domains.isVerified(domain) === (verified === 'true'))
    const { data, total_count } = paged(event, found)
    return answer(context, event, client, { data: data.map(domains.toJSON), total_count })
  }))

  router.post('/v1/organizations/:id/domains', defineEventHandler(async (event) => {
    const { client, organization: { id } } = requireManager(event)
    const { name, enrollment_mode } = await readForm(event)
    return answerDomain(event, client, domains.create(id, { name, enrollment_mode }))
  }))

  router.get('/v1/organizations/:id/domains/:domain_id', defineEventHandler((event) => {
    const { client, organization: { id } } = requireReader(event)
    return answerDomain(event, client, domains.get(id, inPath(event, 'domain_id')))
  }))

  router.delete('/v1/organizations/:id/domains/:domain_id', defineEventHandler((event) => {
    const { client, domain } = domainInPath(event)
    return answer(context, event, client, domains.remove(domain))
  }))

  const prepare = defineEventHandler(async (event) => {
    const { client, user, domain } = domainInPath(event)
    const { affiliation_email_address: address } = await readForm(event)
    if (!address) throw errors.missing('affiliation_email_address')
    const prepared = domains.prepare(domain, address)
    emailCode(context, { to: address, id: null, userId: user.id })
    return answerDomain(event, client, prepared)
  })
  router.post('/v1/organizations/:id/domains/:domain_id/prepare_affiliation_verification', prepare)

  const attempt = defineEventHandler(async (event) => {
    const { client, domain } = domainInPath(event)
    const { code } = await readForm(event)
    if (code !== testCode) throw errors.codeIncorrect()
    return answerDomain(event, client, domains.verify(domain))
  })
  router.post('/v1/organizations/:id/domains/:domain_id/attempt_affiliation_verification', attempt)

  router.post('/v1/organizations/:id/domains/:domain_id/update_enrollment_mode', defineEventHandler(async (event) => {
    const { client, domain } = domainInPath(event)
    const { enrollment_mode, delete_pending } = await readForm(event)
    if (!enrollment_mode) throw errors.missing('enrollment_mode')
    const changed = domains.update(domain, { enrollment_mode })
    if (delete_pending === 'true') domains.withdrawOffers(domain)
    return answerDomain(event, client, changed)
  }))
}

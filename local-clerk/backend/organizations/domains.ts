import { defineEventHandler } from 'h3'
import type { H3Event, Router } from 'h3'
import { inPath } from '../../http.ts'
import { includes, paged, valuesOf } from '../../lists.ts'
import type { DomainInput } from '../../organizations/domains.ts'
import { readJSON } from '../context.ts'
import type { Context } from '../context.ts'

/** The domains of organizations. */
export function addDomainRoutes(router: Router, { organizations }: Context): void {
  const { domains, requireEnabled } = organizations

  function organizationInPath(event: H3Event): string {
    requireEnabled()
    domains.requireEnabled()
    return organizations.get(inPath(event, 'id')).id
  }

  router.get('/v1/organizations/:id/domains', defineEventHandler((event) => {
    const id = organizationInPath(event)
    const [modes, [verified]] = [valuesOf(event, 'enrollment_mode'), valuesOf(event, 'verified')]
    const found = domains.ofOrganization(id)
      .filter(({ enrollment_mode }) => includes(modes, [enrollment_mode]))
      .filter(domain => !verified || domains.isVerified(domain) === (verified === 'true'))
    const { data, total_count } = paged(event, found)
    return { data: data.map(domains.toJSON), total_count }
  }))

  router.post('/v1/organizations/:id/domains', defineEventHandler(async (event) => {
    const id = organizationInPath(event)
    const { name, enrollment_mode, verified } = await readJSON<DomainInput>(event)
    return domains.toJSON(domains.create(id, { name, enrollment_mode, verified: verified ?? true }))
  }))

  router.patch('/v1/organizations/:id/domains/:domain_id', defineEventHandler(async (event) => {
    const domain = domains.get(organizationInPath(event), inPath(event, 'domain_id'))
    return domains.toJSON(domains.update(domain, await readJSON<DomainInput>(event)))
  }))

  router.delete('/v1/organizations/:id/domains/:domain_id', defineEventHandler((event) => {
    return domains.remove(domains.get(organizationInPath(event), inPath(event, 'domain_id')))
  }))
}

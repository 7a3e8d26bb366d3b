import type { DomainJSON } from '@clerk/backend'
import { defineEventHandler, getRouterParam, setResponseStatus } from 'h3'
import type { H3Event, Router } from 'h3'
import { ClerkError, errors } from '../errors.ts'
import { createObjects } from '../objects.ts'
import { newId } from '../store.ts'
import { readJSON } from './context.ts'
import type { Context } from './context.ts'

interface Domain {
  id: string
  name: string
  is_satellite: boolean
  proxy_url: string | null
}

const primaryId = 'dmn_local'
const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''

/** The instance's domain, and its satellites. No DNS has them: ClerkJS reaches Local Clerk by its proxy URL. */
export function addDomainRoutes(router: Router, { store, keys }: Context): void {
  const domains = createObjects<Domain>(store, 'domain', '')

  function list(): Domain[] {
    const stored = domains.list()
    if (stored.some(({ id }) => id === primaryId)) return stored
    const name = keys.frontendHost.replace('clerk.', '')
    return [...stored, { id: primaryId, name, is_satellite: false, proxy_url: null }]
  }

  function get(id: string): Domain {
    const found = list().find(domain => domain.id === id)
    if (!found) throw errors.notFound('domain')
    return found
  }

  /** @throws ClerkError when another domain has the name */
  function save(domain: Domain): DomainJSON {
    if (list().some(({ id, name }) => name === domain.name && id !== domain.id)) throw errors.taken('name')
    const isStored = domains.list().some(({ id }) => id === domain.id)
    if (isStored) domains.update(domain.id, domain)
    else domains.create(domain)
    return toJSON(domain)
  }

  const toJSON = ({ id, name, is_satellite, proxy_url }: Domain): DomainJSON => ({
    object: 'domain',
    id,
    name,
    is_satellite,
    frontend_api_url: proxy_url ?? (is_satellite ? `https://clerk.${name}` : keys.issuer),
    accounts_portal_url: is_satellite ? null : keys.accountPortal,
    proxy_url: proxy_url ?? undefined,
    development_origin: '',
    cname_targets: [],
  })

  const changeName = defineEventHandler(async (event) => {
    const { home_url } = await readJSON<{ home_url?: string }>(event)
    if (!home_url || !URL.canParse(home_url)) throw errors.missing('home_url')
    save({ ...get(primaryId), name: new URL(home_url).hostname })
    setResponseStatus(event, 202)
    return ''
  })

  router.get('/v1/domains', defineEventHandler(() => {
    const data = list().map(toJSON)
    return { data, total_count: data.length }
  }))
  router.post('/v1/domains', defineEventHandler(async (event) => {
    const { name, is_satellite, proxy_url = null } = await readJSON<Partial<Domain>>(event)
    if (!name) throw errors.missing('name')
    if (is_satellite !== true) throw errors.missing('is_satellite')
    return save({ id: newId('dmn'), name, is_satellite, proxy_url })
  }))
  router.patch('/v1/domains/:id', defineEventHandler(async (event) => {
    const domain = get(idInPath(event))
    const { name, proxy_url } = await readJSON<Partial<Domain>>(event)
    return save({ ...domain, ...name && { name }, ...proxy_url !== undefined && { proxy_url } })
  }))
  router.delete('/v1/domains/:id', defineEventHandler((event) => {
    const { id, is_satellite } = get(idInPath(event))
    if (!is_satellite) throw new ClerkError(403, 'operation_not_allowed_on_primary_domain', 'is the primary domain')
    return domains.remove(id)
  }))
  router.post('/v1/instance/change_domain', changeName)
  // By its older name, which the SDK has.
  router.post('/v1/beta_features/change_domain', changeName)
}

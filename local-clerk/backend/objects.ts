import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { ClerkError, errors } from '../errors.ts'
import type { JwtTemplate } from '../jwt-templates.ts'
import { createObjects } from '../objects.ts'
import type { Switches } from '../restrictions.ts'
import { instanceId } from '../webhooks/payloads/subject.ts'
import { listed, readJSON } from './context.ts'
import type { Context } from './context.ts'

const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''

/** The addresses that apps of other platforms return to after a sign-in. */
export function addRedirectUrlRoutes(router: Router, { store }: Context): void {
  const urls = createObjects<{ url: string }>(store, 'redirect_url', 'ru')
  router.get('/v1/redirect_urls', defineEventHandler(event => listed(event, urls.list())))
  router.post('/v1/redirect_urls', defineEventHandler(async (event) => {
    const { url } = await readJSON<{ url?: string }>(event)
    if (!url || !URL.canParse(url)) throw errors.missing('url')
    if (urls.list().some(each => each.url === url)) throw errors.taken('url')
    return urls.create({ url })
  }))
  router.get('/v1/redirect_urls/:id', defineEventHandler(event => urls.get(idInPath(event))))
  router.delete('/v1/redirect_urls/:id', defineEventHandler(event => urls.remove(idInPath(event))))
}

export function addJwtTemplateRoutes(router: Router, { jwtTemplates }: Context): void {
  /** @throws ClerkError when a field is missing, or is not for Local Clerk */
  async function templateIn(event: H3Event, own?: string): Promise<JwtTemplate> {
    const { name, claims, lifetime = 60, allowed_clock_skew = 5, ...rest } = await readJSON<Partial<JwtTemplate>>(event)
    if (!name) throw errors.missing('name')
    if (!claims) throw errors.missing('claims')
    if (rest.custom_signing_key) throw errors.notImplemented('Local Clerk signs with its own key only')
    if (jwtTemplates.list().some(each => each.name === name && each.id !== own)) throw errors.taken('name')
    return { name, claims, lifetime, allowed_clock_skew, custom_signing_key: false, signing_algorithm: 'RS256' }
  }
  router.get('/v1/jwt_templates', defineEventHandler(event => listed(event, jwtTemplates.list())))
  router.post('/v1/jwt_templates', defineEventHandler(async event => jwtTemplates.create(await templateIn(event))))
  router.get('/v1/jwt_templates/:id', defineEventHandler(event => jwtTemplates.get(idInPath(event))))
  router.patch('/v1/jwt_templates/:id', defineEventHandler(async (event) => {
    return jwtTemplates.update(idInPath(event), await templateIn(event, idInPath(event)))
  }))
  router.delete('/v1/jwt_templates/:id', defineEventHandler(event => jwtTemplates.remove(idInPath(event))))
}

/** The rules for who may sign up. */
export function addRestrictionRoutes(router: Router, { restrictions }: Context): void {
  for (const name of ['allowlist', 'blocklist'] as const) {
    const identifiers = restrictions[name]
    router.get(`/v1/${name}_identifiers`, defineEventHandler((event) => {
      const data = identifiers.list()
      // The two lists have envelopes of their own, as in Clerk's description.
      return name === 'blocklist' ? { data, total_count: data.length } : listed(event, data)
    }))
    router.post(`/v1/${name}_identifiers`, defineEventHandler(async (event) => {
      const { identifier } = await readJSON<{ identifier?: string }>(event)
      if (!identifier) throw errors.missing('identifier')
      if (!identifier.includes('@')) throw errors.notImplemented('Local Clerk restricts email addresses only')
      if (identifiers.list().some(each => each.identifier === identifier)) {
        throw new ClerkError(400, 'duplicate_record', 'duplicate identifier')
      }
      return identifiers.create({ identifier, identifier_type: 'email_address', instance_id: instanceId })
    }))
    router.delete(`/v1/${name}_identifiers/:id`, defineEventHandler(event => identifiers.remove(idInPath(event))))
  }
  router.patch('/v1/instance/restrictions', defineEventHandler(async (event) => {
    return { object: 'instance_restrictions', ...restrictions.change(await readJSON<Partial<Switches>>(event)) }
  }))
}

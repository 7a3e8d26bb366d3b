import { randomBytes } from 'node:crypto'
import { defineEventHandler, getQuery, getRouterParam, sendNoContent } from 'h3'
import type { H3Event, Router } from 'h3'
import { z } from 'zod'
import { errors } from '../../errors.ts'
import { readInput } from '../../machine-auth/input.ts'
import { createObjects } from '../../objects.ts'
import type { Stored } from '../../objects.ts'
import { instanceId } from '../../webhooks/payloads/subject.ts'
import { ordered } from '../context.ts'
import type { Context } from '../context.ts'

interface OAuthApplication {
  name: string
  client_id: string
  /** Empty for a public application. */
  client_secret: string
  redirect_uris: string[]
  scopes: string
  consent_screen_enabled: boolean
  pkce_required: boolean
  public: boolean
}

const input = z.object({
  name: z.string().min(1).max(256).optional(),
  redirect_uris: z.array(z.string()).nullish(),
  scopes: z.string().max(1024).nullish(),
  consent_screen_enabled: z.boolean().nullish(),
  pkce_required: z.boolean().nullish(),
  public: z.boolean().nullish(),
})

const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''
const newSecret = () => randomBytes(24).toString('base64url')

/** Applications of others, which users let in by OAuth. Local Clerk has no page for that: it issues tokens itself. */
export function addOAuthRoutes(router: Router, { store, keys, machineAuth: { oauthTokens } }: Context): void {
  const applications = createObjects<OAuthApplication>(store, 'oauth_application', 'oa')
  const urls = {
    authorize_url: `${keys.issuer}/oauth/authorize`,
    token_fetch_url: `${keys.issuer}/oauth/token`,
    user_info_url: `${keys.issuer}/oauth/userinfo`,
    discovery_url: `${keys.issuer}/.well-known/openid-configuration`,
    token_introspection_url: `${keys.issuer}/oauth/token_info`,
  }

  const toJSON = ({ client_secret: _, ...application }: Stored<OAuthApplication>) => ({
    ...application,
    ...urls,
    instance_id: instanceId,
    client_uri: null,
    client_image_url: null,
    dynamically_registered: false,
    callback_url: application.redirect_uris[0] ?? '',
  })
  const withSecret = (application: Stored<OAuthApplication>) =>
    ({ ...toJSON(application), client_secret: application.client_secret })

  /** The fields that a request gives: null stands for none. */
  async function given(event: H3Event): Promise<Partial<OAuthApplication>> {
    const fields = Object.entries(await readInput(event, input)).filter(([, value]) => value != null)
    return Object.fromEntries(fields)
  }

  router.get('/v1/oauth_applications', defineEventHandler((event) => {
    const wanted = String(getQuery(event).name_query ?? '')
    const found = applications.list().filter(({ name, client_id }) =>
      client_id === wanted || name.toLowerCase().includes(wanted.toLowerCase()))
    return ordered(event, found, toJSON)
  }))
  router.post('/v1/oauth_applications', defineEventHandler(async (event) => {
    const { name, ...fields } = await given(event)
    if (!name) throw errors.missing('name')
    return withSecret(applications.create({
      name,
      client_id: randomBytes(12).toString('base64url'),
      client_secret: fields.public ? '' : newSecret(),
      redirect_uris: [],
      scopes: 'profile email',
      consent_screen_enabled: true,
      pkce_required: false,
      public: false,
      ...fields,
    }))
  }))
  router.get('/v1/oauth_applications/:id', defineEventHandler(event => toJSON(applications.get(idInPath(event)))))
  router.patch('/v1/oauth_applications/:id', defineEventHandler(async (event) => {
    return toJSON(applications.update(idInPath(event), await given(event)))
  }))
  router.delete('/v1/oauth_applications/:id', defineEventHandler(event => applications.remove(idInPath(event))))
  router.post('/v1/oauth_applications/:id/rotate_secret', defineEventHandler((event) => {
    return withSecret(applications.update(idInPath(event), { client_secret: newSecret() }))
  }))
  router.post('/v1/oauth_applications/:id/revoke_token', defineEventHandler(async (event) => {
    const { client_id } = applications.get(idInPath(event))
    const { token } = await readInput(event, z.strictObject({ token: z.string() }))
    const found = oauthTokens.verify(token)
    if (found.client_id !== client_id) throw errors.notFound('token')
    oauthTokens.revoke(found.id)
    return sendNoContent(event)
  }))

  router.post('/oauth_applications/access_tokens/verify', defineEventHandler(async (event) => {
    const { access_token, secret } = await readInput(event, z.object({
      access_token: z.string().optional(),
      secret: z.string().optional(),
    }))
    return oauthTokens.toJSON(oauthTokens.verify(access_token ?? secret ?? ''))
  }))
}

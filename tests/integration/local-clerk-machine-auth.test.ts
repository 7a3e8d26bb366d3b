import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { createClerkRequests, routesOf } from '../support/clerk-requests.ts'
import { backend, clerkErrors } from '../support/clerk-schemas.ts'
import { machineAuth } from '../support/clerk-schemas-machine-auth.ts'

let dataDir: string
let clerk: Awaited<ReturnType<typeof startLocalClerk>>
let api: ReturnType<typeof createClerkClient>

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-machines-'))
  clerk = await startLocalClerk({ dataDir })
  api = createClerkClient({
    secretKey: clerk.env.NUXT_CLERK_SECRET_KEY,
    publishableKey: clerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
    apiUrl: clerk.url,
    telemetry: { disabled: true },
  })
})
afterAll(async () => {
  await clerk.stop()
  await rm(dataDir, { recursive: true })
})

const { asked, backend: send } = createClerkRequests(() => clerk.url, () => clerk.env.NUXT_CLERK_SECRET_KEY)

/** Asks with the secret key of a machine. */
const as = ({ secretKey = '' }) => createClerkRequests(() => clerk.url, () => secretKey).backend

describe('the Backend API answers as Clerk describes it', () => {
  it('machines and their scopes', async () => {
    const create = { method: 'POST', route: '/v1/machines' }
    const { id: billing } = await send({ ...create, json: { name: 'billing' } }, machineAuth.newMachine)
    const { id } = await send({ ...create, json: { name: 'api', scoped_machines: [billing] } }, machineAuth.newMachine)
    await send({ ...create, json: { name: '' } }, clerkErrors, 400)
    await send({ ...create, json: { name: 'x', scoped_machines: ['mch_none'] } }, clerkErrors, 404)
    const inMachine = { route: '/v1/machines/:id', params: [id] }
    expect((await send(inMachine, machineAuth.machine)).scoped_machines).toMatchObject([{ id: billing }])
    await send({ ...inMachine, method: 'PATCH', json: { default_token_ttl: 60 } }, machineAuth.machine)
    const named = async (order_by: string) => {
      const { data } = await send({ route: '/v1/machines', query: { order_by } }, machineAuth.machines)
      return data.map(({ name }: { name: string }) => name)
    }
    expect([await named('+name'), await named('-name')]).toEqual([['api', 'billing'], ['billing', 'api']])
    expect(await named('-created_at')).toEqual(['api', 'billing'])

    const secretKey = { route: '/v1/machines/:id/secret_key', params: [id] }
    const { secret } = await send(secretKey, machineAuth.machineSecret)
    const rotate = { method: 'POST', route: `${secretKey.route}/rotate`, params: [id] }
    const rotated = await send({ ...rotate, json: { previous_token_ttl: 0 } }, machineAuth.machineSecret)
    expect(rotated.secret).not.toBe(secret)

    const scopes = { method: 'POST', route: '/v1/machines/:id/scopes', params: [billing] }
    await send({ ...scopes, json: { to_machine_id: id } }, machineAuth.scope)
    await send({ ...scopes, json: { to_machine_id: id } }, clerkErrors, 409)
    const deleteScope = { method: 'DELETE', route: '/v1/machines/:id/scopes/:other', params: [billing, id] }
    await send(deleteScope, machineAuth.scopeDeleted)
    await send(deleteScope, clerkErrors, 404)
    await send({ ...inMachine, params: [billing], method: 'DELETE' }, backend.deleted)
    expect((await send(inMachine, machineAuth.machine)).scoped_machines).toEqual([])
    await send({ ...inMachine, method: 'DELETE' }, backend.deleted)
  })

  it('M2M tokens', async () => {
    const target = await api.machines.create({ name: 'target' })
    const caller = await api.machines.create({ name: 'caller', scopedMachines: [target.id] })
    const stranger = await api.machines.create({ name: 'stranger' })
    const create = { method: 'POST', route: '/m2m_tokens', json: { claims: { job: 1 } } }
    const token = await as(caller)(create, machineAuth.newM2MToken, 201)
    await send(create, clerkErrors, 401)
    await as(caller)({ ...create, json: { seconds_until_expiration: -1 } }, clerkErrors, 400)
    const reused = { ...create, json: { ...create.json, min_remaining_ttl_seconds: 60 } }
    expect((await as(caller)(reused, machineAuth.newM2MToken, 201)).id).toBe(token.id)
    const jwt = { ...create, json: { ...create.json, token_format: 'jwt' } }
    await as(caller)(jwt, machineAuth.newM2MToken, 201)

    const verify = { method: 'POST', route: '/m2m_tokens/verify', json: { token: token.token } }
    await as(target)(verify, machineAuth.m2mToken)
    await as(stranger)(verify, clerkErrors, 404)
    const list = { route: '/m2m_tokens', query: { subject: caller.id } }
    expect((await send(list, machineAuth.m2mTokens)).total_count).toBe(1)
    await as(stranger)(list, clerkErrors, 403)
    const revoke = { method: 'POST', route: '/m2m_tokens/:id/revoke', params: [token.id] }
    await as(stranger)({ ...revoke, json: {} }, clerkErrors, 404)
    await send({ ...revoke, json: { revocation_reason: 'lost' } }, machineAuth.m2mToken)
    await send(verify, clerkErrors, 404)
  })

  it('API keys', async () => {
    const create = { method: 'POST', route: '/api_keys', json: { name: 'Deploy', subject: 'user_123' } }
    const { id, secret } = await send(create, machineAuth.newApiKey)
    await send(create, clerkErrors, 409)
    await send({ ...create, json: { name: 'No', subject: 'user_123' } }, clerkErrors, 400)
    await send({ route: '/api_keys', query: { subject: 'user_123' } }, machineAuth.apiKeys)
    await send({ route: '/api_keys' }, clerkErrors, 400)
    const inKey = { route: '/api_keys/:id', params: [id] }
    await send(inKey, machineAuth.apiKey)
    const changed = { scopes: ['read'], seconds_until_expiration: 60 }
    expect(await send({ ...inKey, method: 'PATCH', json: changed }, machineAuth.apiKey)).toMatchObject({
      scopes: ['read'], expiration: expect.any(Number),
    })
    expect(await send({ ...inKey, route: '/api_keys/:id/secret' }, machineAuth.apiKeySecret)).toEqual({ secret })
    const verify = { method: 'POST', route: '/api_keys/verify', json: { secret } }
    await send(verify, machineAuth.apiKey)
    await send({ ...inKey, method: 'POST', route: '/api_keys/:id/revoke', json: {} }, machineAuth.apiKey)
    await send(verify, clerkErrors, 404)
    const all = { subject: 'user_123', include_invalid: 'true' }
    expect((await send({ route: '/api_keys', query: all }, machineAuth.apiKeys)).total_count).toBe(1)
    await send({ ...inKey, method: 'DELETE' }, backend.deleted)
    await send(inKey, clerkErrors, 404)
  })

  it('OAuth applications and their access tokens', async () => {
    const create = { method: 'POST', route: '/v1/oauth_applications' }
    const uris = { redirect_uris: ['https://app.example/callback'] }
    const app = await send({ ...create, json: { name: 'Reports', ...uris } }, machineAuth.newOAuthApplication)
    await send({ ...create, json: {} }, clerkErrors, 422)
    const inApp = { route: '/v1/oauth_applications/:id', params: [app.id] }
    await send({ route: create.route, query: { name_query: 'rep' } }, machineAuth.oauthApplications)
    await send(inApp, machineAuth.oauthApplication)
    await send({ ...inApp, method: 'PATCH', json: { scopes: 'email' } }, machineAuth.oauthApplication)
    const rotate = { ...inApp, method: 'POST', route: '/v1/oauth_applications/:id/rotate_secret' }
    expect((await send(rotate, machineAuth.newOAuthApplication)).client_secret).not.toBe(app.client_secret)

    const issued = { subject: 'user_123', client_id: app.client_id, scopes: ['email'], seconds: 60 }
    const { secret } = clerk.machineAuth.oauthTokens.issue(issued)
    const verify = { method: 'POST', route: '/oauth_applications/access_tokens/verify', json: { access_token: secret } }
    await send(verify, machineAuth.oauthToken)
    const revoke = { ...inApp, method: 'POST', route: '/v1/oauth_applications/:id/revoke_token' }
    await send({ ...revoke, json: { token: secret } }, z.undefined(), 204)
    await send(verify, clerkErrors, 404)
    await send({ ...inApp, method: 'DELETE' }, backend.deleted)
  })

  it('on every route, with a secret key only', async () => {
    const routes = await routesOf('local-clerk/backend/machine-auth')
    expect(routes.filter(route => !asked.has(route))).toEqual([])
    for (const route of routes) {
      const [method, path] = route.split(' ')
      const response = await fetch(clerk.url + path!.replaceAll(/:\w+/g, 'x_1'), { method: method!.toUpperCase() })
      expect([route, response.status]).toEqual([route, 401])
    }
  })
})

describe('Clerk\'s SDK', () => {
  const request = (token: string) => new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } })

  it('verifies JWTs of machines by itself', async () => {
    const { id, secretKey } = await api.machines.create({ name: 'by itself' })
    const { token } = await api.m2m.createToken({ machineSecretKey: secretKey, tokenFormat: 'jwt', claims: { job: 1 } })
    expect(await api.m2m.verify({ token: token! })).toMatchObject({ subject: id, claims: { job: 1 } })
    // Such a token is nobody's session.
    expect((await api.authenticateRequest(request(token!))).isAuthenticated).toBe(false)
  })

  it('authenticates requests with an API key, and with an OAuth access token', async () => {
    const { id, secret } = await api.apiKeys.create({ name: 'A script', subject: 'user_456' })
    const byKey = await api.authenticateRequest(request(secret!), { acceptsToken: 'api_key' })
    expect(byKey.toAuth()).toMatchObject({ tokenType: 'api_key', id, userId: 'user_456' })
    const issued = { subject: 'user_456', client_id: 'client_1', scopes: ['email'], seconds: 60 }
    const { secret: oauth } = clerk.machineAuth.oauthTokens.issue(issued)
    const byOAuth = await api.authenticateRequest(request(oauth), { acceptsToken: 'oauth_token' })
    expect(byOAuth.toAuth()).toMatchObject({ tokenType: 'oauth_token', userId: 'user_456', clientId: 'client_1' })
    await api.apiKeys.revoke({ apiKeyId: id })
    expect((await api.authenticateRequest(request(secret!), { acceptsToken: 'api_key' })).isAuthenticated).toBe(false)
  })
})

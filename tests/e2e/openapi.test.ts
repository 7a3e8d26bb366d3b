import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { routes } from '../../server/openapi/routes.ts'
import type { Schema } from '../../server/openapi/routes.ts'
import { apiUser } from '../support/api.ts'
import { builtRoutes, byName } from '../support/built-routes.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startServerWithLocalClerk } from '../support/server.ts'

let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
let admin: Awaited<ReturnType<typeof apiUser>>

beforeAll(async () => {
  mongod = await startMongod()
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
  admin = await apiUser(server, 'admin@example.com')
})
afterAll(async () => {
  await server.stop()
  await mongod.stop()
})

/** One request of each operation, in this order: each answer must match its description. */
const requests: [method: string, path: string, url: string, body?: unknown][] = [
  [
    'patch',
    '/api/me',
    '/api/me',
    { visibility: 'public', birthday_visibility: 'public', birthday: '1990-05-12', bio: 'Hello' },
  ],
  ['get', '/api/me', '/api/me'],
  ['get', '/api/profiles', '/api/profiles'],
  ['get', '/api/profiles/{clerk_id}', '/api/profiles/user_admin'],
  ['patch', '/api/admin/profiles/{clerk_id}', '/api/admin/profiles/user_admin', { country: 'CA' }],
  ['get', '/api/admin/profiles/{clerk_id}', '/api/admin/profiles/user_admin'],
  ['get', '/api/admin/profiles', '/api/admin/profiles?limit=2'],
  ['get', '/api/admin/profiles/total', '/api/admin/profiles/total'],
  ['get', '/api/admin/profiles/facets', '/api/admin/profiles/facets'],
  ['get', '/api/admin/identities', '/api/admin/identities?clerk_id=user_123,user_nobody'],
  ['put', '/api/admin/views/{name}', '/api/admin/views/Mine', { query: 'country=CA' }],
  ['get', '/api/admin/views', '/api/admin/views'],
  [
    'post',
    '/api/admin/import',
    '/api/admin/import?last=true',
    'clerk_id,country\nuser_123,Germany\nuser_123,Nowhere\n',
  ],
  ['get', '/api/admin/insights', '/api/admin/insights'],
  ['get', '/api/admin/deliveries', '/api/admin/deliveries'],
  ['get', '/api/admin/deliveries/chart', '/api/admin/deliveries/chart'],
  ['post', '/api/admin/catch-up', '/api/admin/catch-up'],
  ['post', '/api/admin/backfill', '/api/admin/backfill'],
  ['post', '/api/admin/reconcile', '/api/admin/reconcile', {}],
  ['post', '/api/admin/users/{clerk_id}/resync', '/api/admin/users/user_123/resync', {}],
  ['get', '/api/admin/sync', '/api/admin/sync'],
  ['get', '/api/me/export', '/api/me/export'],
  ['delete', '/api/me/profile', '/api/me/profile'],
  ['get', '/api/health', '/api/health'],
  ['get', '/api/ready', '/api/ready'],
]

describe('the API document', () => {
  it('lists exactly the routes of the built server', async () => {
    const described = Object.entries(routes).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => ({
        path: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        method: method.toUpperCase(),
      })),
    )
    const built = await builtRoutes(inject('serverEntry'))
    // The webhook's route accepts any method, so that it can name the one it wants.
    expect(byName(described)).toEqual(byName(built.map(route => (route.method ? route : { ...route, method: 'POST' }))))
  })

  it.each(requests)('describes the real answer of %s %s', async (method, path, url, body) => {
    const { status, body: answered } = await admin.ask(method.toUpperCase(), url, body)
    expect([status, answered]).toEqual([200, expect.anything()])
    const schema = routes[path]![method]!.answer as Schema
    expect(schema.safeParse(answered).error?.issues ?? []).toEqual([])
  })

  it('is checked for every JSON route, except those without a session, which have their own tests', () => {
    const json = Object.entries(routes).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { answer }]) => answer && !Array.isArray(answer))
        .map(([method]) => `${method} ${path}`),
    )
    expect(requests.map(([method, path]) => `${method} ${path}`).sort()).toEqual(
      json.filter(each => each !== 'post /api/webhooks' && each !== 'get /api/cron/catch-up').sort(),
    )
  })
})

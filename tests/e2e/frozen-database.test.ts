import { afterAll, describe, expect, inject, it } from 'vitest'
import { apiUser, call } from '../support/api.ts'
import { builtRoutes } from '../support/built-routes.ts'
import { useApp } from '../support/people.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'

const app = useApp()
afterAll(() => app.mongod.thaw())

/** Routes that answer before they reach the database. The last two want a token that is not set here. */
const withoutDatabase = ['/api/health', '/api/admin/identities', '/api/metrics', '/api/cron/catch-up']
/** The input with which each route reaches the database. */
const bodies: Record<string, unknown> = {
  'PATCH /api/me': { bio: 'Hi' },
  'PATCH /api/admin/profiles/:clerk_id': { bio: 'Hi' },
  'PUT /api/admin/views/:name': { query: 'country=CA' },
  'POST /api/admin/reconcile': {},
  'POST /api/admin/users/:clerk_id/resync': {},
  'POST /api/admin/import': 'clerk_id,bio\nuser_123,Hi\n',
}
/** Milliseconds: a request's 8 seconds, and the delay of a busy machine. */
const most = 20_000

describe('a frozen database', () => {
  it('hangs no request: every route answers 503 in time, and readiness at once', async () => {
    const admin = await apiUser(app.server, 'admin')
    const { webhookSecrets } = app.server.keys()
    const routes = (await builtRoutes(inject('localClerkEntry'))).filter(
      ({ path }) => !withoutDatabase.includes(path) && path !== '/api/webhooks',
    )
    const token = await admin.token()
    // Everything works before.
    expect((await admin.get('/api/me')).status).toBe(200)
    await app.mongod.freeze()
    const asked = performance.now()
    const ask = async ({ method = 'GET', path }: { method?: string, path: string }) => {
      const name = `${method} ${path}`
      const at = path.replace(':clerk_id', 'user_123').replace(':name', 'mine')
      const { status, body } = await call(app.server.url, method, at, bodies[name], {
        authorization: `Bearer ${token}`,
      })
      return { name, status, message: body.message, ms: performance.now() - asked }
    }
    const sent = message(userEvent('user.updated', 'user_123', Date.now()))
    const [answers, webhook] = await Promise.all([
      Promise.all(routes.map(ask)),
      deliver(app.server.webhooks, sent, sign(sent, { secrets: webhookSecrets() })),
    ])
    app.mongod.thaw()
    expect(answers.length).toBeGreaterThan(12)
    expect(answers.filter(({ status }) => status !== 503)).toEqual([])
    expect(answers.filter(({ ms }) => ms > most)).toEqual([])
    // Less than a second on its own, and less than any other route.
    const ready = answers.find(({ name }) => name === 'GET /api/ready')!
    expect(answers.filter(({ name, ms }) => name !== ready.name && ms < ready.ms).map(({ name }) => name)).toEqual([])
    expect(webhook.status).toBe(503)
    await expect.poll(async () => (await admin.get('/api/me')).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, startMongod } from '../support/mongodb.ts'
import { startServer } from '../support/server.ts'
import type { Server } from '../support/server.ts'
import { deliver, message, secret, sign, userEvent } from '../support/webhooks.ts'

let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
beforeAll(async () => {
  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
})
afterAll(async () => {
  await stored.close()
  await mongod.stop()
})

async function withServer(env: Record<string, string | undefined>, use: (server: Server) => Promise<void>) {
  const server = await startServer({ MONGODB_URI: mongod.uri, ...env })
  try {
    await use(server)
  }
  finally {
    await server.stop()
  }
}

const event = () => message(userEvent('user.created', 'user_1', Date.now()))

describe('configuration', () => {
  it('refuses every webhook while no secret is set, and names the variable in the log', async () => {
    await withServer({ NUXT_CLERK_WEBHOOK_SIGNING_SECRET: undefined }, async (server) => {
      const sent = event()
      const { status, headers } = await deliver(server.webhooks, sent)
      expect([status, headers.get('retry-after')]).toEqual([503, expect.any(String)])
      expect(server.logs.join('\n')).toMatch(/NUXT_CLERK_WEBHOOK_SIGNING_SECRET/)
      expect(await stored.deliveries.findOne({ _id: sent.id })).toBeNull()
    })
  })

  it('refuses every webhook while the secret is malformed, and names the variable, not the secret', async () => {
    await withServer({ NUXT_CLERK_WEBHOOK_SIGNING_SECRET: 'sk_pasted_by_mistake' }, async (server) => {
      expect((await deliver(server.webhooks, event())).status).toBe(503)
      expect(server.logs.join('\n')).toMatch(/NUXT_CLERK_WEBHOOK_SIGNING_SECRET/)
      expect(server.logs.join('\n')).not.toContain('pasted')
    })
  })

  it('takes two secrets while rotating, and Clerk\'s own name for them', async () => {
    const next = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    await withServer({ NUXT_CLERK_WEBHOOK_SIGNING_SECRET: undefined, CLERK_WEBHOOK_SIGNING_SECRET: `${next} ${secret}` }, async (server) => {
      for (const secrets of [[secret], [next], [secret, next]]) {
        const sent = event()
        expect((await deliver(server.webhooks, sent, sign(sent, { secrets }))).status).toBe(200)
      }
    })
  })

  it.each([
    ['no key at all', {}],
    ['the publishable key alone', { NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k' }],
    ['the secret key alone', { CLERK_SECRET_KEY: 'sk_test_x' }],
    ['both keys', { CLERK_PUBLISHABLE_KEY: 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k', CLERK_SECRET_KEY: 'sk_test_x' }],
  ])('takes webhooks with %s of Clerk\'s', async (_, env) => {
    await withServer(env, async (server) => {
      expect((await deliver(server.webhooks, event())).status).toBe(200)
      expect((await fetch(`${server.url}/api/health`)).status).toBe(200)
    })
  })

  it('runs Clerk\'s middleware for pages once both keys are there, under either name', async () => {
    await withServer({ CLERK_PUBLISHABLE_KEY: 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k', CLERK_SECRET_KEY: 'sk_test_x' }, async (server) => {
      const response = await fetch(server.url, { redirect: 'manual', headers: { 'accept': 'text/html', 'sec-fetch-dest': 'document' } })
      // A development key sends a first visit to Clerk's handshake.
      expect([response.status, response.headers.get('location')]).toEqual([307, expect.stringContaining('clerk.example.com')])
    })
  })

  it('does not start without MONGODB_URI, and says so', async () => {
    await expect(startServer({})).rejects.toThrow(/exited with 1[\s\S]*MONGODB_URI/)
  })

  it('keeps a deleted user\'s fields with DELETE_MODE=flag', async () => {
    await withServer({ DELETE_MODE: 'flag' }, async (server) => {
      await deliver(server.webhooks, message(userEvent('user.created', 'user_flag', Date.now(), { bio: 'Kept' })))
      await deliver(server.webhooks, message({ type: 'user.deleted', object: 'event', timestamp: 5, data: { id: 'user_flag', object: 'user', deleted: true } }))
      expect(await stored.profiles.findOne({ clerk_id: 'user_flag' })).toMatchObject({ bio: 'Kept', deleted_at: new Date(5) })
    })
  })

  it('logs a JSON line with the message id for each event, and never a secret or a signature', async () => {
    await withServer({}, async (server) => {
      const sent = event()
      const headers = sign(sent)
      await deliver(server.webhooks, sent, headers)
      await deliver(server.webhooks, sent, { ...headers, 'svix-timestamp': '1' })
      await expect.poll(() => server.logs.filter(line => line.includes(sent.id)).length).toBe(2)
      const [applied, refused] = server.logs.filter(line => line.includes(sent.id)).map(line => JSON.parse(line))
      expect(applied).toMatchObject({ level: 'info', message_id: sent.id, type: 'user.created', clerk_id: 'user_1', outcome: 'applied', duration_ms: expect.any(Number) })
      expect(refused).toMatchObject({ level: 'warn', message_id: sent.id, status: 400 })
      const all = server.logs.join('\n')
      expect(all).not.toContain(secret)
      expect(all).not.toContain(headers['svix-signature'])
      expect(all).not.toContain('unsafe_metadata')
    })
  })

  it('answers health and readiness', async () => {
    await withServer({}, async (server) => {
      expect(await (await fetch(`${server.url}/api/health`)).json()).toEqual({ status: 'ok' })
      const ready = await fetch(`${server.url}/api/ready`)
      expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    })
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { startServer } from '../support/server.ts'
import type { Server } from '../support/server.ts'
import { deliver, message, secret, sign, userEvent } from '../../fixtures/webhooks.ts'

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
  it('rejects every webhook without a signing secret, and names the variable in the log', async () => {
    await withServer({ NUXT_CLERK_WEBHOOK_SIGNING_SECRET: undefined }, async (server) => {
      const sent = event()
      const { status, headers } = await deliver(server.webhooks, sent)
      expect([status, headers.get('retry-after')]).toEqual([503, expect.any(String)])
      expect(server.logs.join('\n')).toMatch(/NUXT_CLERK_WEBHOOK_SIGNING_SECRET/)
      expect(await stored.deliveries.findOne({ _id: sent.id })).toBeNull()
    })
  })

  it('rejects every webhook with a malformed secret, and logs the variable but not the secret', async () => {
    await withServer({ NUXT_CLERK_WEBHOOK_SIGNING_SECRET: 'sk_pasted_by_mistake' }, async (server) => {
      expect((await deliver(server.webhooks, event())).status).toBe(503)
      expect(server.logs.join('\n')).toMatch(/NUXT_CLERK_WEBHOOK_SIGNING_SECRET/)
      expect(server.logs.join('\n')).not.toContain('pasted')
    })
  })

  it('accepts two secrets during a rotation, and Clerk\'s own variable name', async () => {
    const next = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    await withServer(
      { NUXT_CLERK_WEBHOOK_SIGNING_SECRET: undefined, CLERK_WEBHOOK_SIGNING_SECRET: `${next} ${secret}` },
      async (server) => {
        for (const secrets of [[secret], [next], [secret, next]]) {
          const sent = event()
          expect((await deliver(server.webhooks, sent, sign(sent, { secrets }))).status).toBe(200)
        }
      },
    )
  })

  it('accepts webhooks without Clerk\'s middleware, which skips the route', async () => {
    // A development key: any other request of an anonymous browser is sent to Clerk's handshake.
    await withServer({ NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k' }, async (server) => {
      const sent = event()
      const browser = { ...sign(sent), 'accept': 'text/html', 'sec-fetch-dest': 'document' }
      expect((await deliver(server.webhooks, sent, browser)).status).toBe(200)
      expect(
        (await fetch(`${server.url}/api/health`, { redirect: 'manual', headers: { 'sec-fetch-dest': 'document' } }))
          .status,
      ).toBe(200)
    })
  })

  it('accepts Clerk\'s own variable names for the keys', async () => {
    const keys = {
      NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: undefined,
      NUXT_CLERK_SECRET_KEY: undefined,
      CLERK_PUBLISHABLE_KEY: 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k',
      CLERK_SECRET_KEY: 'sk_test_x',
    }
    await withServer(keys, async (server) => {
      const response = await fetch(server.url, {
        redirect: 'manual',
        headers: { 'accept': 'text/html', 'sec-fetch-dest': 'document' },
      })
      // A development key sends a first visit to Clerk's handshake.
      expect([response.status, response.headers.get('location')]).toEqual([
        307,
        expect.stringContaining('clerk.example.com'),
      ])
    })
  })

  it('refuses to start without a database and Clerk\'s keys, and names each', async () => {
    const none = { NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: undefined, NUXT_CLERK_SECRET_KEY: undefined }
    await expect(startServer(none)).rejects.toThrow(
      /exited with 1[\s\S]*MONGODB_URI[\s\S]*NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY[\s\S]*NUXT_CLERK_SECRET_KEY/,
    )
    // Not even with LOCAL_CLERK=1, since the build does not contain it.
    await expect(startServer({ ...none, MONGODB_URI: mongod.uri, LOCAL_CLERK: '1' })).rejects.toThrow(
      /NUXT_CLERK_SECRET_KEY/,
    )
  })

  it('refuses to start with an unusable variable, and names it', async () => {
    await expect(startServer({ MONGODB_URI: mongod.uri, DELETE_MODE: 'falg' })).rejects.toThrow(
      /exited with 1[\s\S]*DELETE_MODE: Set it to erase or flag/,
    )
  })

  it('contains Local Clerk only in a build that asked for it', async () => {
    const text = async (entry: string) => {
      const folder = dirname(entry)
      const files = (await readdir(folder, { recursive: true })).filter(
        file => file.endsWith('.mjs') && !file.includes('node_modules'),
      )
      return (await Promise.all(files.map(file => readFile(join(folder, file), 'utf8')))).join('')
    }
    // Its message to a foreign host; pages may mention Local Clerk.
    const own = 'Local Clerk answers on this machine only'
    expect(await text(inject('serverEntry'))).not.toContain(own)
    expect(await text(inject('localClerkEntry'))).toContain(own)
  })

  it('keeps a deleted user\'s fields with DELETE_MODE=flag', async () => {
    await withServer({ DELETE_MODE: 'flag' }, async (server) => {
      await deliver(server.webhooks, message(userEvent('user.created', 'user_flag', Date.now(), { bio: 'Kept' })))
      await deliver(
        server.webhooks,
        message({
          type: 'user.deleted',
          object: 'event',
          timestamp: 5,
          data: { id: 'user_flag', object: 'user', deleted: true },
        }),
      )
      expect(await stored.profiles.findOne({ clerk_id: 'user_flag' })).toMatchObject({
        bio: 'Kept',
        deleted_at: expect.any(Date),
      })
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
      expect(applied).toMatchObject({
        level: 'info',
        message_id: sent.id,
        type: 'user.created',
        clerk_id: 'user_1',
        outcome: 'applied',
        duration_ms: expect.any(Number),
      })
      expect(refused).toMatchObject({ level: 'warn', message_id: sent.id, status: 400 })
      const all = server.logs.join('\n')
      expect(all).not.toContain(secret)
      expect(all).not.toContain(headers['svix-signature'])
      expect(all).not.toContain('unsafe_metadata')
    })
  })

  it('reports health and readiness', async () => {
    await withServer({}, async (server) => {
      expect(await (await fetch(`${server.url}/api/health`)).json()).toEqual({ status: 'ok' })
      const ready = await fetch(`${server.url}/api/ready`)
      expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
    })
  })
})

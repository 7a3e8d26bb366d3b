import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHash, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { createApp, defineEventHandler, getQuery, getRequestHeader, setResponseHeader, setResponseStatus, toNodeListener, useBase } from 'h3'
import type { H3Event } from 'h3'
import { backendApi } from './backend/index.ts'
import { controlApi } from './control/index.ts'
import { ClerkError, errors } from './errors.ts'
import { frontendApi } from './frontend/index.ts'
import { loadKeys, publishableKey } from './keys.ts'
import { portrait } from './portrait.ts'
import { createReverification } from './reverification.ts'
import { fetchScripts, scriptHandler } from './scripts.ts'
import { seed } from './seed.ts'
import { createSessions } from './sessions.ts'
import { newId, openStore } from './store.ts'
import { createUsers } from './users.ts'
import { createWebhooks } from './webhooks/index.ts'
import type { Faults } from './webhooks/index.ts'

export interface LocalClerkOptions {
  /** Holds the keys and the state. */
  dataDir: string
  /** 0 takes a free one. */
  port?: number
  /** Where the app serves it, on the app's own origin. */
  path?: string
  /** Where events go; none: they are kept, and not sent. */
  webhookUrl?: string
  faults?: Partial<Faults>
  /** Multiplies the waits between attempts. */
  retryScale?: number
  /**
   * Shows a seeded user's profile in the app's directory, as that user would.
   * @throws Error that says why the app refused it
   */
  publish?: (person: SeededUser) => Promise<void>
  log?: (line: string) => void
}

/** A user that the seed has made, to act for in the app. */
export interface SeededUser {
  /** Where the app takes webhooks. */
  webhookUrl: string
  /** A session token of theirs for the app's origin. */
  token: string
  showsBirthday: boolean
}

const local = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/** Neither a page that rebound its name to this machine, nor a tunnel: Local Clerk gives every key to whoever asks. */
function refuseForeignHost(event: H3Event): void {
  for (const name of ['host', 'x-forwarded-host']) {
    const host = getRequestHeader(event, name)
    if (host && !local.has(host.replace(/:\d+$/, ''))) throw new ClerkError(403, 'host_not_local', `Local Clerk answers on this machine only, not ${host}`)
  }
}

/**
 * Starts Local Clerk on the loopback interface: the Frontend API under `/__clerk/v1`, the Backend API under
 * `/v1`, its control page at `/__clerk/`, and the webhooks.
 * @returns its address, and what the app must be told
 */
export async function startLocalClerk({ dataDir, port = 0, path = '/__clerk', webhookUrl, faults, retryScale, publish, log = () => {} }: LocalClerkOptions) {
  const scripts = fetchScripts(log)
  // Awaited by those who ask for a script; everything else works without.
  scripts.catch(error => log(`ClerkJS cannot be served: ${error.message}`))
  const keys = loadKeys(dataDir)
  const store = openStore(join(dataDir, 'state.sqlite'))
  const webhooks = createWebhooks(store, { url: webhookUrl, secrets: keys.webhookSecrets, faults, scale: retryScale })
  const users = createUsers(store, webhooks, path)
  const reverification = createReverification()
  const sessions = createSessions(store, users, webhooks, keys, reverification)
  seed(users)

  const rateLimit = { perSecond: 0 }
  let second = 0
  let asked = 0
  const digest = (text: string) => createHash('sha256').update(text).digest()

  function authorizeBackend(event: H3Event): void {
    if (!timingSafeEqual(digest(getRequestHeader(event, 'authorization') ?? ''), digest(`Bearer ${keys.secretKey}`))) throw errors.wrongKey()
    const now = Math.floor(Date.now() / 1000)
    if (now !== second) [second, asked] = [now, 0]
    if (rateLimit.perSecond > 0 && ++asked > rateLimit.perSecond) throw errors.rateLimited()
  }

  async function publishSeeded({ id, showsBirthday }: { id: string, showsBirthday: boolean }): Promise<void> {
    const url = webhooks.url()
    if (!publish || !url) throw new Error('Local Clerk has no app to publish profiles in')
    const token = sessions.token({ id: newId('sess'), user_id: id, created_at: Date.now() }, new URL(url).origin)
    await publish({ webhookUrl: url, token, showsBirthday })
  }

  const app = createApp({
    onError(error, event) {
      const known = error.cause instanceof ClerkError ? error.cause : undefined
      if (!known && error.statusCode >= 500) log(`${event.method} ${event.path}: ${error.cause instanceof Error ? error.cause.stack : error.message}`)
      setResponseStatus(event, known?.status ?? error.statusCode)
      if (known?.retryAfter) setResponseHeader(event, 'retry-after', known.retryAfter)
      setResponseHeader(event, 'content-type', 'application/json')
      const body = known ?? new ClerkError(error.statusCode, error.statusCode === 404 ? 'resource_not_found' : 'internal_error', error.statusCode === 404 ? `Local Clerk does not serve ${event.method} ${event.path}` : 'Internal error')
      event.node.res.end(JSON.stringify(body))
    },
  })
  app.use(defineEventHandler((event) => {
    refuseForeignHost(event)
    // ClerkJS sends PATCH and DELETE as POST, so that no preflight is needed.
    const method = getQuery(event)._method
    if (event.node.req.method === 'POST' && typeof method === 'string') event.node.req.method = method
  }))
  app.use('/__clerk/npm', scriptHandler(scripts))
  app.use('/__clerk/images', defineEventHandler((event) => {
    const id = event.path.split('?')[0]!.slice(1)
    const image = store.get<{ type: string, bytes: Uint8Array }>('select type, bytes from images where id = ?', id)
    setResponseHeader(event, 'content-type', image?.type ?? 'image/svg+xml')
    setResponseHeader(event, 'content-security-policy', 'default-src \'none\'; style-src \'unsafe-inline\'')
    if (image) return Buffer.from(image.bytes)
    const user = users.find(id)
    if (!user) throw errors.notFound('image')
    if (user.has_image) return portrait(id)
    return initials([user.first_name, user.last_name].map(name => name?.[0] ?? '').join('') || (user.username ?? user.email_addresses[0]?.email_address ?? '?')[0]!, id)
  }))
  app.use('/__clerk', useBase('/__clerk', frontendApi({ store, users, sessions, webhooks, keys, reverification }).handler))
  app.use('/__clerk', useBase('/__clerk', controlApi({ store, users, webhooks, rotateSecret: keys.rotateWebhookSecret, rateLimit, publish: publish && publishSeeded, setClock: reverification.setAhead }).handler))
  app.use('/v1', defineEventHandler(authorizeBackend))
  app.use(backendApi({ store, users, sessions, keys }).handler)

  const server = createServer(toNodeListener(app))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    store,
    users,
    webhooks,
    /** What the app reads from its environment. */
    env: {
      NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey,
      NUXT_PUBLIC_CLERK_PROXY_URL: path,
      NUXT_CLERK_SECRET_KEY: keys.secretKey,
      NUXT_CLERK_JWT_KEY: keys.jwtKey,
      NUXT_CLERK_API_URL: url,
      NUXT_CLERK_WEBHOOK_SIGNING_SECRET: keys.webhookSecrets().join(' '),
      LOCAL_CLERK_URL: url,
    },
    async stop(): Promise<void> {
      webhooks.stop()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      store.close()
    },
  }
}

/** A picture for who has none: the initials on a colour of their own. */
function initials(text: string, id: string): string {
  const hue = digestOf(id) % 360
  const letters = text.toUpperCase().replaceAll(/[<>&"']/g, '')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl(${hue} 45% 42%)"/><text x="32" y="33" font-family="system-ui,sans-serif" font-size="26" fill="#fff" text-anchor="middle" dominant-baseline="central">${letters}</text></svg>`
}

function digestOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt16BE()
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dotenv, environmentFor, frameworks } from '../../local-clerk/frameworks.ts'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { cookieSuffix } from '../../local-clerk/keys.ts'
import { password } from '../../local-clerk/seed.ts'

const app = 'http://localhost:3000'

let dataDir: string
let clerk: Awaited<ReturnType<typeof startLocalClerk>>
let api: ReturnType<typeof createClerkClient>

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-development-'))
  clerk = await startLocalClerk({ dataDir, instance: 'development' })
  api = createClerkClient({
    secretKey: clerk.keys.secretKey,
    publishableKey: clerk.keys.publishableKey,
    apiUrl: clerk.url,
    telemetry: { disabled: true },
  })
})
afterAll(async () => {
  await clerk.stop()
  await rm(dataDir, { recursive: true })
})

/** Asks the Frontend API as ClerkJS on a page of the app does. */
async function ask(path: string, { method = 'GET', devBrowser = '', form, headers }: {
  method?: string
  devBrowser?: string
  form?: Record<string, string>
  headers?: Record<string, string>
} = {}) {
  const url = new URL(`/__clerk/v1${path}`, clerk.url)
  if (devBrowser) url.searchParams.set('__clerk_db_jwt', devBrowser)
  const body = form && new URLSearchParams(form)
  const response = await fetch(url, { method, headers: { origin: app, ...headers }, body, redirect: 'manual' })
  return { status: response.status, headers: response.headers, body: await response.json().catch(() => undefined) }
}

async function newDevBrowser(): Promise<string> {
  return (await ask('/dev_browser', { method: 'POST' })).body.id
}

async function signedInDevBrowser(): Promise<string> {
  const devBrowser = await newDevBrowser()
  const form = { identifier: 'ada@example.com', password, strategy: 'password' }
  expect((await ask('/client/sign_ins', { method: 'POST', devBrowser, form })).status).toBe(200)
  return devBrowser
}

describe('the Frontend API of a development instance', () => {
  it('answers the app\'s origin, with credentials', async () => {
    const { headers } = await ask('/environment')
    expect(headers.get('access-control-allow-origin')).toBe(app)
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    const preflight = { method: 'OPTIONS', headers: { 'access-control-request-headers': 'authorization' } }
    const { status, headers: allowed } = await ask('/client', preflight)
    expect([status, allowed.get('access-control-allow-headers')]).toEqual([204, 'authorization'])
  })

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null'])('refuses pages of %s', async (origin) => {
    const { status, headers } = await ask('/dev_browser', { method: 'POST', headers: { origin } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null])
  })

  it('lets a browser cache the scripts for each origin apart', async () => {
    for (const headers of [new Headers(), new Headers({ origin: app })]) {
      const response = await fetch(`${clerk.baseUrl}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`, { headers })
      await response.body?.cancel()
      expect([response.status, response.headers.get('vary')]).toEqual([200, 'Origin'])
    }
  })

  it('lets no other origin read the control page', async () => {
    const response = await fetch(`${clerk.url}/__clerk/control`, { headers: { origin: app } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('keeps the sessions of a dev browser, without cookies', async () => {
    const { body: { response }, headers } = await ask('/client', { devBrowser: await signedInDevBrowser() })
    expect(response.sessions).toMatchObject([{ status: 'active', user: { username: 'ada' } }])
    expect(response.sessions[0].user.image_url).toContain('http://localhost:')
    expect(headers.getSetCookie()).toEqual([])
    expect((await ask('/client')).body).toEqual({ response: null, client: null })
  })

  it('asks for another dev browser when it does not know one', async () => {
    const { status, body } = await ask('/client', { devBrowser: 'client_none.token' })
    expect([status, body.errors[0].code]).toEqual([401, 'dev_browser_unauthenticated'])
  })

  it('gives a client without a dev browser one, in a header', async () => {
    const { headers } = await ask('/client?_method=PUT', { method: 'POST' })
    const devBrowser = headers.get('clerk-db-jwt')!
    expect((await ask('/client', { devBrowser })).status).toBe(200)
    expect(headers.get('access-control-expose-headers')).toBe('clerk-db-jwt')
  })

  it('is touched by ClerkJS', async () => {
    const { body } = await ask('/environment?_method=PATCH', { method: 'POST', devBrowser: await newDevBrowser() })
    expect(body.display_config).toMatchObject({
      instance_environment_type: 'development',
      sign_in_url: expect.stringMatching(/^http:\/\/localhost:\d+\/__clerk\/sign-in$/),
    })
  })
})

describe('Clerk\'s SDK on the app\'s server', () => {
  /** A browser that asks for a page of the app, and follows handshakes. */
  function visitor(options: object = {}) {
    const cookies = new Map<string, string>()
    const visit = async (url: string) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { 'accept': 'text/html', 'sec-fetch-dest': 'document', cookie }
      const request = new Request(url, { headers })
      const state = await api.authenticateRequest(request, { proxyUrl: clerk.baseUrl, ...options })
      for (const set of state.headers.getSetCookie()) {
        const [pair = ''] = set.split(';')
        const name = pair.slice(0, pair.indexOf('='))
        if (/Max-Age=0/.test(set)) cookies.delete(name)
        else cookies.set(name, pair.slice(name.length + 1))
      }
      return { state, location: state.headers.get('location') }
    }
    return { cookies, visit }
  }

  async function follow(location: string | null): Promise<string> {
    expect(location).toContain(`${clerk.baseUrl}/v1/client/handshake`)
    const response = await fetch(location!, { redirect: 'manual' })
    expect(response.status).toBe(307)
    return response.headers.get('location')!
  }

  it.each([['nonce'], ['token']])('hands over the session of a dev browser, by a %s', async (format) => {
    const { cookies, visit } = visitor()
    const devBrowser = await signedInDevBrowser()
    const first = await visit(`${app}/page?__clerk_db_jwt=${devBrowser}`)
    expect(first.state.status).toBe('handshake')
    const back = await follow(first.location!.replace('format=nonce', `format=${format}`))
    const resolved = await visit(back)
    expect(resolved.state.toAuth()).toMatchObject({ userId: 'user_123' })
    expect(resolved.location).toBe(`${app}/page`)
    const suffix = cookieSuffix(clerk.keys.publishableKey)
    expect([...cookies.keys()]).toEqual(expect.arrayContaining(['__session', `__session_${suffix}`, '__clerk_db_jwt']))
    expect((await visit(`${app}/page`)).state.toAuth()).toMatchObject({ userId: 'user_123' })
  })

  it('lets a new visitor see a page after one handshake', async () => {
    const { visit } = visitor()
    const first = await visit(`${app}/`)
    expect(first.state.reason).toBe('dev-browser-missing')
    await visit(await follow(first.location))
    const { state } = await visit(`${app}/`)
    expect(state).toMatchObject({ status: 'signed-out', reason: 'session-token-and-uat-missing' })
  })

  it('shares a session with an app at a satellite domain', async () => {
    const primary = visitor()
    const first = await primary.visit(`${app}/?__clerk_db_jwt=${await signedInDevBrowser()}`)
    await primary.visit(await follow(first.location))
    const domain = '127.0.0.1:3001'
    const satellite = visitor({ isSatellite: true, satelliteAutoSync: true, domain, signInUrl: `${app}/sign-in` })
    const { location } = await satellite.visit(`http://${domain}/`)
    expect(location).toContain(`${app}/sign-in?__clerk_redirect_url=`)
    const back = await primary.visit(location!)
    const synced = await satellite.visit(back.location!)
    await satellite.visit(await follow(synced.location))
    expect((await satellite.visit(`http://${domain}/`)).state.toAuth()).toMatchObject({ userId: 'user_123' })

    const sync = `/client/sync?redirect_url=${encodeURIComponent(`http://${domain}/`)}`
    const { headers } = await ask(sync, { devBrowser: await signedInDevBrowser() })
    expect(headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:3001\/\?__clerk_synced=true&__clerk_db_jwt=client_/)
  })

  it('refreshes an expired session token without a handshake', async () => {
    const { cookies, visit } = visitor()
    const first = await visit(`${app}/?__clerk_db_jwt=${await signedInDevBrowser()}`)
    await visit(await follow(first.location))
    const claims = clerk.keys.claimsOf(cookies.get('__session')!)!
    const now = Math.floor(Date.now() / 1_000)
    const expired = clerk.keys.sign({ ...claims, iat: now - 120, nbf: now - 120, exp: now - 60 })
    for (const name of cookies.keys()) {
      if (name.startsWith('__session')) cookies.set(name, expired)
      if (name.startsWith('__client_uat')) cookies.set(name, String(now - 180))
    }
    const { state } = await visit(`${app}/`)
    expect([state.status, state.toAuth()?.userId]).toEqual(['signed-in', 'user_123'])
    expect(cookies.get('__session')).not.toBe(expired)
  })

  it('is signed in as a user that the control page has chosen', async () => {
    const choose = async () => {
      const response = await fetch(`${clerk.url}/__clerk/control/users/user_456/sign-in`, { method: 'POST' })
      return { status: response.status, body: await response.json() }
    }
    expect(await choose()).toMatchObject({
      status: 422, body: { errors: [{ message: expect.stringContaining('--webhook-url') }] },
    })
    clerk.webhooks.setUrl(`${app}/api/webhooks`)
    const { cookies, visit } = visitor()
    // The app's dev browser, and one that Local Clerk has forgotten since, as after a reset.
    for (const devBrowser of [await signedInDevBrowser(), 'client_none.token']) {
      const { url } = (await choose()).body
      expect(url).toContain(`${clerk.baseUrl}/control/sign-in?ticket=`)
      const headers = { cookie: `__clerk_db_jwt=${devBrowser}` }
      const { status, headers: answered } = await fetch(url, { headers, redirect: 'manual' })
      const location = answered.get('location')!
      expect([status, location]).toEqual([303, expect.stringMatching(/^http:\/\/localhost:3000\/\?__clerk_db_jwt=client_/)])
      await visit(await follow((await visit(location)).location))
      expect((await visit(`${app}/`)).state.toAuth()).toMatchObject({ userId: 'user_456' })
      cookies.clear()
    }
    clerk.webhooks.setUrl('http://127.0.0.1:3000/api/webhooks')
    expect((await choose()).body.url).toContain('http://127.0.0.1:')
  })

  it('is never led to another site', async () => {
    const path = `/client/handshake?redirect_url=${encodeURIComponent('https://evil.example/')}`
    expect((await ask(path, { headers: { origin: clerk.url } })).status).toBe(404)
  })
})

describe('the environment variables', () => {
  it.each(frameworks)('of %s have Clerk\'s names', (framework) => {
    const variables = environmentFor(framework, clerk.keys, clerk.url, clerk.baseUrl)
    const names = Object.keys(variables)
    expect(names.filter(name => name.endsWith('CLERK_PUBLISHABLE_KEY')).length).toBeGreaterThan(0)
    expect(names.filter(name => name.includes('PUBLIC') && /SECRET|JWT_KEY/.test(name))).toEqual([])
    expect(dotenv(variables)).toMatch(/^(\w+="[^"]*"\n)+$/)
  })
})

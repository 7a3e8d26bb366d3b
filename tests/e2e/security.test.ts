import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startMongod } from '../../fixtures/mongodb.ts'
import { startServer, startServerWithLocalClerk } from '../support/server.ts'
import type { Server } from '../support/server.ts'
import { signIn } from '../support/people.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'

/** A live key, since a development key sends a first visit to Clerk's handshake. */
const keyOf = (host: string) => `pk_live_${Buffer.from(`${host}$`).toString('base64')}`

let mongod: Awaited<ReturnType<typeof startMongod>>
let server: Server
beforeAll(async () => {
  mongod = await startMongod()
  server = await startServer({ MONGODB_URI: mongod.uri, NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: keyOf('clerk.one.example') })
})
afterAll(async () => {
  await server.stop()
  await mongod.stop()
})

/** The Content-Security-Policy by directive. */
function policyOf(response: Response): Record<string, string[]> {
  const directives = (response.headers.get('content-security-policy') ?? '').split(';').filter(part => part.trim())
  return Object.fromEntries(
    directives.map((directive) => {
      const [name, ...sources] = directive.trim().split(/\s+/)
      return [name!, sources]
    }),
  )
}
/** Requests HTML as a browser does, so that an error is a page. */
const open = (path: string, at = server.url) => fetch(at + path, { headers: { accept: 'text/html' } })
function nonceOf(response: Response) {
  const { 'script-src': sources } = policyOf(response)
  return sources?.map(source => /^'nonce-(.+)'$/.exec(source)?.[1]).find(Boolean)
}

/** Pages, one of them an error. */
const pages = ['/', '/sign-in', '/nothing']

describe.each(pages)('the page %s', (path) => {
  it('runs only scripts with the nonce of its own request', async () => {
    const nonces = new Set<string>()
    for (const _ of [1, 2, 3]) {
      const response = await open(path)
      const nonce = nonceOf(response)
      expect(nonce).toMatch(/^[\w+/=-]{16,}$/)
      nonces.add(nonce!)
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? []
      expect(scripts.length).toBeGreaterThan(2)
      expect(scripts.filter(tag => !tag.includes(`nonce="${nonce}"`))).toEqual([])
      const {
        'script-src': sources,
        'script-src-attr': attributes,
        'object-src': objects,
        'base-uri': base,
      } = policyOf(response)
      expect(sources).not.toContain(`'unsafe-inline'`)
      expect(sources).not.toContain(`'unsafe-eval'`)
      expect([attributes, objects, base]).toEqual([[`'none'`], [`'none'`], [`'none'`]])
    }
    expect(nonces.size).toBe(3)
  })

  it('forbids framing, requires https, and sends little as referrer', async () => {
    const response = await open(path)
    expect(policyOf(response)['frame-ancestors']).toEqual([`'none'`])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.has('x-powered-by')).toBe(false)
  })
})

describe('the hosts that a page may connect to', () => {
  it.each(['NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY', 'CLERK_PUBLISHABLE_KEY'])(
    'is the app and the host in %s',
    async (name) => {
      const env = { NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: undefined, [name]: keyOf('clerk.two.example') }
      const other = await startServer({ MONGODB_URI: mongod.uri, ...env })
      try {
        expect(policyOf(await open('/', other.url))['connect-src']).toEqual([`'self'`, 'https://clerk.two.example'])
        expect(policyOf(await open('/nothing', other.url))['connect-src']).toEqual([
          `'self'`,
          'https://clerk.two.example',
        ])
      }
      finally {
        await other.stop()
      }
    },
  )
})

const json = { 'content-type': 'application/json' }

describe('an answer of the API', () => {
  it.each([
    ['GET', '/api/health', 200],
    ['GET', '/api/ready', 200],
    ['GET', '/api/me', 401],
    ['PATCH', '/api/me', 401],
    ['GET', '/api/me/export', 401],
    ['GET', '/api/profiles', 401],
    ['GET', '/api/admin/deliveries', 401],
    ['GET', '/api/webhooks', 405],
  ])('is stored in no cache: %s %s', async (method, path, status) => {
    const response = await fetch(server.url + path, { method })
    expect([response.status, response.headers.get('cache-control')]).toEqual([status, 'no-store'])
    expect(response.headers.has('x-powered-by')).toBe(false)
  })

  it('is stored in no cache if it is a 404', async () => {
    const response = await fetch(`${server.url}/api/nothing`)
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store'])
  })

  const expectBareError = async (response: Response, status: number) => {
    const text = await response.text()
    expect(response.status).toBe(status)
    expect(JSON.parse(text)).toMatchObject({ statusCode: status, message: expect.any(String) })
    expect(JSON.parse(text).stack ?? []).toEqual([])
    expect(text).not.toMatch(/\.m?[jt]s\b|node_modules|file:|\/tmp\/|\/home\/|\\n\s*at /)
  }

  it.each([
    ['an unknown route', 404, '/api/nothing', {}],
    ['no session', 401, '/api/me', {}],
    ['a token that is none', 401, '/api/me', { headers: { authorization: 'Bearer not.a.token' } }],
    ['a write without a session', 401, '/api/me', { method: 'PATCH', headers: json, body: 'not JSON' }],
    ['another origin', 403, '/api/me', { method: 'PATCH', headers: { ...json, origin: 'https://evil.example' } }],
    ['a method that a route does not have', 405, '/api/webhooks', { method: 'PUT' }],
    ['a webhook without a signature', 400, '/api/webhooks', { method: 'POST', headers: json, body: 'not JSON' }],
  ] as const)('contains no stack and no file path if it is an error: %s', async (_, status, path, init) => {
    await expectBareError(await fetch(server.url + path, init), status)
  })

  it('contains no stack and no file path if a signed-in user\'s input is invalid', async () => {
    const app = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      await signIn(page, app.url, 'ada')
      const cookies = await page.context().cookies()
      const headers = { ...json, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
      const patch = (body: string) => fetch(`${app.url}/api/me`, { method: 'PATCH', headers, body })
      await expectBareError(await patch('not JSON'), 400)
      await expectBareError(await patch('{"country":"Atlantis"}'), 422)
      await expectBareError(await patch(JSON.stringify('a'.repeat(65 * 1024))), 413)
      await expectBareError(await fetch(`${app.url}/api/profiles?cursor=x`, { headers }), 400)
      await expectBareError(await fetch(`${app.url}/api/profiles/nobody`, { headers }), 404)
      await expectBareError(await fetch(`${app.url}/api/admin/deliveries`, { headers }), 403)
    }
    finally {
      await browser.close()
      await app.stop()
    }
  })
})

describe.each([
  ['PATCH', '/api/me'],
  ['DELETE', '/api/me/profile'],
])('%s %s', (method, path) => {
  const write = (headers: Record<string, string>) =>
    fetch(server.url + path, { method, headers, body: method === 'PATCH' ? '{}' : undefined })

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'origin': 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'origin': 'null', 'sec-fetch-site': 'cross-site' }],
  ])('is rejected from a page of another origin, before anything else: %o', async (headers) => {
    // Neither JSON nor a session: each would have its own error.
    const response = await write(headers)
    expect([response.status, (await response.json()).message]).toEqual([403, expect.stringContaining('own pages')])
  })

  it('is accepted from the app\'s own pages and from programs, which then need a session', async () => {
    const own: Record<string, string>[] = [
      {},
      { origin: server.url },
      { 'origin': server.url, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ]
    for (const headers of own) expect((await write(headers)).status).toBe(401)
    // A proxy that ends TLS forwards the browser's host.
    expect(
      (
        await write({
          'origin': 'https://app.example',
          'x-forwarded-host': 'app.example',
          'x-forwarded-proto': 'https',
        })
      ).status,
    ).toBe(401)
  })
})

describe('a webhook', () => {
  it('needs no origin, only its signature', async () => {
    const sent = message(userEvent('user.created', 'user_1', Date.now()))
    expect((await deliver(server.webhooks, sent)).status).toBe(200)
    expect(
      (await deliver(server.webhooks, { ...sent, id: 'msg_forged' }, { ...sign(sent), 'svix-id': 'msg_forged' }))
        .status,
    ).toBe(400)
  })
})

describe('the home page in production', () => {
  it('is for visitors: it names the app and its use, and shows no command and no database', async () => {
    const html = await (await open('/')).text()
    expect(html).toContain('A little more about you')
    expect(html).toContain('href="/sign-up"')
    for (const word of ['npm run', 'MongoDB', 'MONGODB_URI', 'Reachable', 'webhook', '/api/ready'])
      expect(html).not.toContain(word)
  })
})

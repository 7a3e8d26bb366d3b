import { describe, expect, it } from 'vitest'
import { fillSignIn, useApp } from '../support/people.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import { startTlsProxy } from '../support/tls-proxy.ts'
import { settle } from '../support/visit.ts'
import { deliver, message, sign, userEvent } from '../../fixtures/webhooks.ts'

const app = useApp()
const inner = 'localhost:1'

/** The headers by which reverse proxies report a TLS request. */
const variants: [string, (host: string) => Record<string, string>][] = [
  ['X-Forwarded-Proto', () => ({ 'x-forwarded-proto': 'https' })],
  ['a list of X-Forwarded-Proto', () => ({ 'x-forwarded-proto': 'https,http' })],
  ['a list of the same X-Forwarded-Proto', () => ({ 'x-forwarded-proto': 'https, https' })],
  [
    'X-Forwarded-Host beside a host of its own',
    host => ({ 'host': inner, 'x-forwarded-host': host, 'x-forwarded-proto': 'https' }),
  ],
  [
    'a list of X-Forwarded-Host',
    host => ({ 'host': inner, 'x-forwarded-host': `${host}, ${inner}`, 'x-forwarded-proto': 'https, http' }),
  ],
  ['Forwarded alone', host => ({ host: inner, forwarded: `for=192.0.2.60;host="${host}";proto=https, for=10.0.0.1` })],
  ['no scheme at all', () => ({})],
]

describe('behind a reverse proxy that ends TLS', () => {
  it.each(variants)('with %s a user signs in, edits, and loads nothing over http', async (_, headersFor) => {
    const proxy = await startTlsProxy(app.server.url, headersFor)
    const page = await app.newPage({ ignoreHTTPSErrors: true })
    try {
      const plain: string[] = []
      page.on('request', request => request.url().startsWith('http:') && plain.push(request.url()))
      await page.goto(`${proxy.url}/sign-in?redirect_url=/profile`)
      await fillSignIn(page, 'ada')
      await page.waitForURL(`${proxy.url}/profile`)
      const bio = page.getByRole('textbox', { name: 'Bio' })
      await bio.fill(`By ${proxy.url}`)
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Profile saved').first().waitFor()
      await page.reload()
      await settle(page)
      expect(page.url()).toBe(`${proxy.url}/profile`)
      expect(await bio.inputValue()).toBe(`By ${proxy.url}`)
      expect((await page.request.get(`${proxy.url}/api/me`)).status()).toBe(200)
      expect(plain).toEqual([])
    }
    finally {
      await page.context().close()
      await proxy.stop()
    }
  })
})

describe('with APP_ORIGINS', () => {
  it('the app answers on those only, whatever a header says, and probes and webhooks on any host', async () => {
    const origins = 'https://app.example.com, https://www.example.com'
    const server = await startServerWithLocalClerk({ MONGODB_URI: app.mongod.uri, APP_ORIGINS: origins })
    try {
      const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
        fetch(server.url + path, { method, headers, redirect: 'manual' })
      expect((await ask('/api/me')).status).toBe(421)
      expect((await ask('/api/me', { 'x-forwarded-host': 'evil.example' })).status).toBe(421)
      expect((await ask('/api/me', { 'x-forwarded-host': 'app.example.com' })).status).toBe(401)
      const page = await ask('/people?a=1', { accept: 'text/html' })
      expect([page.status, page.headers.get('location')]).toEqual([307, 'https://app.example.com/people?a=1'])
      expect([(await ask('/api/health')).status, (await ask('/api/ready')).status]).toEqual([200, 200])
      const { webhookSecrets } = server.keys()
      const sent = message(userEvent('user.updated', 'user_123', Date.now()))
      expect((await deliver(server.webhooks, sent, sign(sent, { secrets: webhookSecrets() }))).status).toBe(200)
      const write = { 'x-forwarded-host': 'www.example.com', 'origin': 'https://www.example.com' }
      expect((await ask('/api/me', write, 'PATCH')).status).toBe(401)
      expect((await ask('/api/me', { ...write, origin: 'http://www.example.com' }, 'PATCH')).status).toBe(403)
      expect((await ask('/api/me', { ...write, origin: 'https://evil.example' }, 'PATCH')).status).toBe(403)
    }
    finally {
      await server.stop()
    }
  })
})

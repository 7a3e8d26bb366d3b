import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { password } from '../../local-clerk/seed.ts'
import { launchChromium } from '../support/chromium.ts'

let dataDir: string
let clerk: Awaited<ReturnType<typeof startLocalClerk>>
let browser: Browser
let app: string

/** An app of two origins: its own, and Local Clerk's. Its pages are for signed-in users. */
const server = createServer(async (request, response) => {
  const url = new URL(request.url!, app)
  const api = createClerkClient({
    secretKey: clerk.keys.secretKey,
    publishableKey: clerk.keys.publishableKey,
    apiUrl: clerk.url,
    telemetry: { disabled: true },
  })
  const headers = new Headers(request.headers as Record<string, string>)
  const state = await api.authenticateRequest(new Request(url, { headers }), { proxyUrl: clerk.baseUrl })
  for (const [name, value] of state.headers) response.appendHeader(name, value)
  if (state.headers.has('location')) return response.writeHead(307).end()
  const userId = state.toAuth()?.userId
  const signIn = `${clerk.baseUrl}/sign-in?redirect_url=${encodeURIComponent(url.href)}`
  if (!userId) return response.writeHead(307, { location: signIn }).end()
  response.end(`The server sees ${userId} at ${url.pathname}`)
})

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-development-'))
  clerk = await startLocalClerk({ dataDir, instance: 'development', settings: { api_keys: true } })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  app = `http://localhost:${(server.address() as AddressInfo).port}`
  browser = await launchChromium()
})
afterAll(async () => {
  await browser.close()
  server.close()
  server.closeAllConnections()
  await clerk.stop()
  await rm(dataDir, { recursive: true })
})

it('signs a user in on the hosted page, and tells the app\'s server', async () => {
  const page = await browser.newPage()
  await page.goto(`${app}/private`)
  await page.getByLabel('Email address or username').fill('ada@example.com')
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByText('The server sees user_123 at /private').waitFor()
  expect(page.url()).toBe(`${app}/private`)
})

it('signs a user in by a ticket', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const { token } = clerk.tickets.create('sign_in_token', { user_id: 'user_456' }, 60)
  const query = new URLSearchParams({ __clerk_ticket: token, redirect_url: `${app}/private` })
  await page.goto(`${clerk.baseUrl}/sign-in?${query}`)
  await page.getByText('The server sees user_456 at /private').waitFor()
})

it('lets a user create an API key in Clerk\'s component', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const { token } = clerk.tickets.create('sign_in_token', { user_id: 'user_789' }, 60)
  await page.goto(`${clerk.baseUrl}/sign-in?__clerk_ticket=${token}`)
  await page.getByRole('button', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'Add new key' }).click()
  await page.getByLabel('Secret key name').fill('My script')
  await page.getByRole('button', { name: 'Create key' }).click()
  const { apiKeys } = clerk.machineAuth
  const key = () => apiKeys.list().find(({ subject }) => subject === 'user_789')
  await expect.poll(() => key()?.name).toBe('My script')
  expect(await page.locator('input[readonly]').inputValue()).toBe(key()!.secret)
})

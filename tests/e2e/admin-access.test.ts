import { readdir } from 'node:fs/promises'
import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { apiUser, call } from '../support/api.ts'
import { builtRoutes, byName } from '../support/built-routes.ts'
import type { Route } from '../support/built-routes.ts'
import { signIn, useApp } from '../support/people.ts'

/** The routes without a session: requests signed by Clerk, probes, and machines with a token. */
const open = new Set(['/api/webhooks', '/api/health', '/api/ready', '/api/metrics', '/api/cron/catch-up'])
/** For a route that accepts any method. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The routes by file name: the build contains at least these. */
async function sourceRoutes(): Promise<Route[]> {
  const files = (await readdir('server/api', { recursive: true })).filter(file => file.endsWith('.ts'))
  return files.map((file) => {
    const [, path, method] = /^(.*?)(?:\.(get|post|put|patch|delete))?\.ts$/.exec(file)!
    const route = path!
      .replace(/(^|\/)index$/, '')
      .replaceAll(/\[(\.{3})?(\w+)\]/g, (_, rest, name) => (rest ? `**:${name}` : `:${name}`))
    return { path: `/api/${route}`, method: method?.toUpperCase() }
  })
}

/** One request for each method of a route, about a user who exists and with a body that changes nothing by itself. */
const requests = (routes: Route[]) =>
  routes.flatMap(({ path, method }) =>
    (method ? [method] : methods).map(
      each => [each, path.replace(':clerk_id', 'user_456').replaceAll(/:\w+|\*\*(:\w+)?/g, 'x')] as const,
    ),
  )

const app = useApp()
let routes: Route[]
let ada: Awaited<ReturnType<typeof apiUser>>
beforeAll(async () => {
  routes = await builtRoutes(inject('localClerkEntry'))
  ada = await apiUser(app.server, 'ada')
  await vi.waitUntil(async () => (await app.server.control()).idle, { timeout: 30_000 })
})

/** Everything in the database. */
async function everything() {
  const db = app.stored.client.db('addendum')
  const names = (await db.listCollections().toArray()).map(({ name }) => name).sort()
  return Promise.all(
    names.map(async name => [name, await db.collection(name).find().sort({ _id: 1 }).toArray()] as const),
  )
}

describe('the routes of the built server', () => {
  it('include every file of server/api, each once', async () => {
    const found = byName(routes)
    expect(found).toEqual(expect.arrayContaining(byName(await sourceRoutes())))
    expect(found).toEqual(
      expect.arrayContaining([
        'GET /api/me',
        'DELETE /api/me/profile',
        'PATCH /api/admin/profiles/:clerk_id',
        'ANY /api/webhooks',
      ]),
    )
    expect(new Set(found).size).toBe(found.length)
  })

  it('answer 401 without a session, except for the public ones listed here', async () => {
    const before = await everything()
    const asked = requests(routes.filter(({ path }) => !open.has(path)))
    const answers = await Promise.all(
      asked.map(async ([method, path]) => {
        const { status } = await call(app.server.url, method, path, method === 'GET' ? undefined : {})
        return `${status} ${method} ${path}`
      }),
    )
    expect(answers).toEqual(asked.map(([method, path]) => `401 ${method} ${path}`))
    expect(await everything()).toEqual(before)
  })

  it('answer 403 to a signed-in user without the role, if they are for admins', async () => {
    const before = await everything()
    const asked = requests(routes.filter(({ path }) => path.startsWith('/api/admin/')))
    expect(asked.length).toBeGreaterThan(2)
    const answers = await Promise.all(
      asked.map(async ([method, path]) => {
        const { status } = await ada.ask(method, path, method === 'GET' ? undefined : {})
        return `${status} ${method} ${path}`
      }),
    )
    expect(answers).toEqual(asked.map(([method, path]) => `403 ${method} ${path}`))
    expect(await everything()).toEqual(before)
  })
})

describe('an admin\'s page', () => {
  it('is 403 without the role, and explains in development how to become an admin', async () => {
    const page = await app.newPage()
    await signIn(page, app.server.url, 'ada')
    for (const path of ['/admin/users/user_456', '/admin/sync']) {
      expect((await page.goto(app.server.url + path))?.status()).toBe(403)
      await page.getByRole('heading', { name: 'This page is for admins' }).waitFor()
      await page.getByRole('heading', { name: 'How to become an admin' }).waitFor()
      await page.getByText('"metadata": "{{user.public_metadata}}"').waitFor()
      expect(await page.getByText('Liam').count()).toBe(0)
    }
    await page.context().close()
  })

  it('redirects a signed-out visitor to the sign-in page', async () => {
    const page = await app.newPage()
    await page.goto(`${app.server.url}/admin/users/user_456`)
    await page.waitForURL(`${app.server.url}/sign-in?redirect_url=/admin/users/user_456`)
    await page.context().close()
  })
})

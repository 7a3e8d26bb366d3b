import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { settingsSchema } from '../../local-clerk/settings.ts'
import { frontend } from '../support/clerk-schemas.ts'
import { routesOf, useAnswers } from '../support/clerk-answers.ts'

const app = 'http://localhost:3000'
const { clerk, browser, backendApi, given, events } = useAnswers()

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${clerk().url}/__clerk/control${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}
const get = (path: string) => send('GET', path)
const post = (path: string, body: unknown = {}, headers?: Record<string, string>) => send('POST', path, body, headers)
const codeOf = ({ status, body }: Awaited<ReturnType<typeof send>>) => [status, body.errors?.[0].code]

/** A setting in the description of the form. */
interface Described {
  name: string
  schema: { enum?: string[], items?: { enum?: string[] } }
}

const newOrganization = async (input: object = {}) =>
  (await post('/organizations', { name: 'Acme', created_by: 'ada@example.com', ...input })).body.id as string

describe('the control API', () => {
  it('refuses whatever changes something to the pages of other sites', async () => {
    await given({ organizations: true })
    const routes = await routesOf('local-clerk/control')
    const changing = routes.filter(route => route.startsWith('post')).map(route => route.replace('post /control', ''))
    expect(changing.length).toBeGreaterThan(15)
    const before = await get('?query=')
    for (const site of ['cross-site', 'same-site']) {
      for (const path of changing) {
        const answer = await post(path.replace(':id', 'user_123'), {}, { 'sec-fetch-site': site })
        expect([path, ...codeOf(answer)]).toEqual([path, 403, 'forbidden'])
      }
    }
    expect(await get('?query=')).toEqual(before)
  })

  it('answers 404 for what does not exist', async () => {
    await given({ organizations: true })
    const id = await newOrganization()
    for (const path of ['/users/user_none', '/organizations/org_none']) {
      expect(codeOf(await get(path))).toEqual([404, 'resource_not_found'])
    }
    for (const [path, body] of [
      ['/users/user_none'],
      ['/users/user_none/delete'],
      ['/users/user_none/ban'],
      ['/users/user_none/unban'],
      ['/users/user_none/sign-in'],
      ['/organizations/org_none'],
      ['/organizations/org_none/delete'],
      ['/organizations/org_none/members', { user: 'user_123', role: 'org:member' }],
      [`/organizations/${id}/members`, { user: 'nobody@example.com', role: 'org:member' }],
      [`/organizations/${id}/members`, { user: 'user_456', role: 'org:none' }],
      [`/organizations/${id}/members/user_456`, { role: 'org:member' }],
      [`/organizations/${id}/members/user_456/delete`],
    ] as const) {
      expect([path, ...codeOf(await post(path, body))]).toEqual([path, 404, 'resource_not_found'])
    }
  })

  it('answers 422 for a body that cannot be', async () => {
    await given({ organizations: true })
    const id = await newOrganization()
    for (const [path, body] of [
      ['/users/user_123', { first_name: 1 }],
      ['/users/user_123', { public_metadata: [] }],
      ['/users/user_123', { private_metadata: null }],
      ['/users/user_123', { password: 'another password' }],
      ['/users/user_123', { username: '!' }],
      ['/users/user_123', { username: 'liam' }],
      ['/users/user_123', []],
      ['/organizations', {}],
      ['/organizations', { name: '' }],
      ['/organizations', { name: 'Other', slug: 'acme' }],
      [`/organizations/${id}`, { slug: 'Not A Slug' }],
      [`/organizations/${id}`, { public_metadata: 'text' }],
      [`/organizations/${id}/members`, { user: 'user_456' }],
      [`/organizations/${id}/members/user_123`, { role: 1 }],
      ['/settings', { organizations: 'sometimes' }],
    ] as const) {
      expect([path, body, (await post(path, body)).status]).toEqual([path, body, 422])
    }
    expect((await get('/users/user_123')).body.user).toMatchObject({ first_name: 'Ada', username: 'ada' })
  })
})

describe('users', () => {
  it('are found by their name, username, email address and ID, literally', async () => {
    await given()
    const found = async (query: string) =>
      (await get(`/users?${new URLSearchParams({ query })}`)).body.users.map(({ id }: { id: string }) => id)
    for (const query of ['ada b', 'ada@', 'user_123']) expect(await found(query)).toEqual(['user_123'])
    expect(await found('liam')).toEqual(['user_456'])
    for (const query of ['a%a', 'a_a', '\\']) expect(await found(query)).toEqual([])
    expect((await get('/users?offset=3')).body.users).toHaveLength(1)
  })

  it('are shown with their sessions and memberships, and without their password', async () => {
    await given({ organizations: true })
    const id = await newOrganization()
    const form = { strategy: 'password', identifier: 'ada', password: 'local-clerk' }
    await browser()({ method: 'POST', route: '/v1/client/sign_ins', form }, frontend.signIn)
    const { body } = await get('/users/user_123')
    expect(body).toMatchObject({
      user: { id: 'user_123', first_name: 'Ada', unsafe_metadata: { country: 'US' } },
      sessions: [{ user_id: 'user_123', status: 'active' }],
      memberships: [{ role: 'org:admin', organization: { id, name: 'Acme' } }],
    })
    const { password } = clerk().store.get<{ password: string }>('select password from users where id = ?', 'user_123')!
    expect(JSON.stringify(body)).not.toContain(password)
  })

  it('are changed with an event', async () => {
    await given()
    const changes = { first_name: 'Augusta', username: null, private_metadata: { plan: 'gold' } }
    expect((await post('/users/user_123', changes)).body).toMatchObject({ ...changes, last_name: 'Baker' })
    expect(events('user.updated')).toMatchObject([{ id: 'user_123', ...changes }])
  })

  it('are deleted with an event', async () => {
    await given()
    expect((await post('/users/user_123/delete')).body).toMatchObject({ id: 'user_123', deleted: true })
    expect(events('user.deleted')).toMatchObject([{ id: 'user_123' }])
    expect((await get('/users/user_123')).status).toBe(404)
  })

  it('who are banned lose their sessions, and cannot be signed in as', async () => {
    await given()
    clerk().webhooks.setUrl('http://localhost:9/api/webhooks')
    const form = { strategy: 'password', identifier: 'ada', password: 'local-clerk' }
    await browser()({ method: 'POST', route: '/v1/client/sign_ins', form }, frontend.signIn)
    expect((await post('/users/user_123/ban')).body).toMatchObject({ banned: true })
    expect((await get('/users/user_123')).body.sessions).toMatchObject([{ status: 'revoked' }])
    expect(codeOf(await post('/users/user_123/sign-in'))).toEqual([403, 'user_banned'])
    await post('/users/user_123/unban')
    expect((await post('/users/user_123/sign-in')).status).toBe(200)
  })
})

describe('signing in as a user', () => {
  const proxied = { 'x-forwarded-host': 'localhost:3000' }
  const linkTo = async (id: string) => (await post(`/users/${id}/sign-in`, {}, proxied)).body.url as string
  const signedIn = async (visitor: ReturnType<typeof browser>) => {
    const { response } = await visitor({ route: '/v1/client' }, z.any())
    const { sessions, last_active_session_id: active } = response
    const users = sessions.map((session: { user: { id: string } }) => session.user.id)
    return { users, active: sessions.find(({ id }: { id: string }) => id === active).user.id }
  }

  it('leads to the app by way of the origin that proxies Local Clerk', async () => {
    await given()
    const url = await linkTo('user_123')
    expect(url).toMatch(`${app}/__clerk/control/sign-in?ticket=`)
    const visitor = browser()
    const { pathname, search } = new URL(url)
    const response = await visitor.load('GET', pathname + search, { headers: proxied })
    expect([response.status, response.headers.get('location')]).toEqual([303, `${app}/`])
    expect(response.headers.getSetCookie().join()).toMatch(/__client=client_.*__client_uat=[1-9].*__session=;/)
    expect(await signedIn(visitor)).toEqual({ users: ['user_123'], active: 'user_123' })
  })

  it('keeps the other accounts of the browser, and goes back to the session that a user has', async () => {
    await given()
    const visitor = browser()
    for (const id of ['user_123', 'user_456', 'user_123']) {
      const { pathname, search } = new URL(await linkTo(id))
      await visitor.load('GET', pathname + search, { headers: proxied })
    }
    expect(await signedIn(visitor)).toEqual({ users: ['user_123', 'user_456'], active: 'user_123' })
  })

  it('takes the place of the other account in single session mode', async () => {
    await given({ single_session_mode: true })
    const visitor = browser()
    for (const id of ['user_123', 'user_456']) {
      const { pathname, search } = new URL(await linkTo(id))
      await visitor.load('GET', pathname + search, { headers: proxied })
    }
    expect(await signedIn(visitor)).toEqual({ users: ['user_456'], active: 'user_456' })
  })

  it('works once, and not without a ticket', async () => {
    await given()
    const { pathname, search } = new URL(await linkTo('user_123'))
    await browser().load('GET', pathname + search, { headers: proxied })
    for (const [path, code] of [
      [pathname + search, 'sign_in_token_already_used_code'],
      [pathname, 'ticket_invalid_code'],
      [`${pathname}?ticket=forged`, 'ticket_invalid_code'],
    ] as const) {
      const response = await browser().load('GET', path, { headers: proxied })
      expect((await response.json()).errors[0].code).toBe(code)
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })

  it('leads to the origin of the webhook endpoint, where the page is not proxied', async () => {
    await given()
    clerk().webhooks.setUrl(`${app}/api/webhooks`)
    expect((await post('/users/user_123/sign-in')).body.url).toMatch(`${app}/__clerk/control/sign-in?ticket=`)
    clerk().webhooks.setUrl('https://app.example/api/webhooks')
    expect((await post('/users/user_123/sign-in')).status).toBe(422)
  })
})

describe('organizations', () => {
  it('are off until the setting turns them on', async () => {
    await given()
    expect((await get('/organizations')).body).toMatchObject({ enabled: false, organizations: [] })
    const created = await post('/organizations', { name: 'Acme' })
    expect(codeOf(created)).toEqual([403, 'organization_not_enabled_in_instance'])
  })

  it('are created, found, changed and deleted, with events', async () => {
    await given({ organizations: true })
    const id = await newOrganization()
    for (const query of ['ACM', 'acme', id]) {
      expect((await get(`/organizations?query=${query}`)).body).toMatchObject({
        enabled: true, organizations: [{ id, name: 'Acme', slug: 'acme', members_count: 1 }],
      })
    }
    expect((await get('/organizations?query=other')).body.organizations).toEqual([])
    const changes = { name: 'Acme Corp', slug: 'corp', public_metadata: { tier: 1 }, private_metadata: { vat: 'x' } }
    expect((await post(`/organizations/${id}`, changes)).body).toMatchObject({ id, ...changes })
    expect(events('organization.updated')).toMatchObject([{ id, ...changes }])
    expect((await post(`/organizations/${id}/delete`)).body).toMatchObject({ id, deleted: true })
    expect(events('organization.deleted')).toMatchObject([{ id }])
  })

  it('have members, by ID or email address, and pending invitations', async () => {
    await given({ organizations: true })
    const id = await newOrganization()
    const path = `/organizations/${id}`
    await post(`${path}/members`, { user: 'user_456', role: 'org:member' })
    const email = 'mia@example.com'
    const added = await post(`${path}/members`, { user: email, role: 'org:member' })
    expect(added.body).toEqual({ user_id: 'user_789', name: 'Mia Schmidt', email, role: 'org:member' })
    expect((await post(`${path}/members/user_456`, { role: 'org:admin' })).body).toMatchObject({ role: 'org:admin' })
    await post(`${path}/members/user_789/delete`)
    const json = { email_address: 'grace@example.com', role: 'org:member' }
    await backendApi({ method: 'POST', route: `/v1/organizations/${id}/invitations`, json }, z.any())
    const { body } = await get(path)
    expect(body.organization).toMatchObject({ id, members_count: 2 })
    expect(body.members.map(({ user_id, role }: { user_id: string, role: string }) => [user_id, role]))
      .toEqual([['user_456', 'org:admin'], ['user_123', 'org:admin']])
    expect(body.invitations).toMatchObject([{ email_address: 'grace@example.com', role_name: 'Member' }])
    expect(JSON.stringify(body.invitations)).not.toContain('"ticket"')
  })
})

describe('messages', () => {
  it('are found by their ID, event type, state and subject, literally', async () => {
    await given()
    await post('/send', { type: 'session.created', id: 'user_123' })
    const found = async (query: string, before = '') => {
      const { messages } = (await get(`?${new URLSearchParams({ query, ...before && { before } })}`)).body
      return messages as { id: string, type: string, number: number, body: { data: { id: string } } }[]
    }
    const [newest, ...rest] = await found('')
    expect([newest!.type, rest.length]).toEqual(['session.created', 4])
    expect(await found(newest!.id)).toHaveLength(1)
    expect(await found('SESSION.')).toHaveLength(1)
    expect(await found('user_789')).toMatchObject([{ type: 'user.created', body: { data: { id: 'user_789' } } }])
    expect(await found('delivered')).toEqual([])
    expect(await found('user.c_eated')).toEqual([])
    const users = await found('user.created')
    expect(await found('user.created', String(users[1]!.number))).toEqual(users.slice(2))
  })
})

describe('the description of the settings', () => {
  it('has each setting once, and a word for each choice', async () => {
    const { subjects, choices } = (await get('/settings/schema')).body
    const described: Described[] = subjects.flatMap(({ settings }: { settings: Described[] }) => settings)
    expect(described.map(({ name }) => name).sort()).toEqual(Object.keys(settingsSchema.shape).sort())
    const values = described.flatMap(({ schema }) => schema.enum ?? schema.items?.enum ?? [])
    expect(values.filter((value: string) => !choices[value])).toEqual([])
  })
})

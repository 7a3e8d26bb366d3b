import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient, verifyToken } from '@clerk/backend'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { readSeedFile } from '../../local-clerk/seed-file.ts'
import { readSettings } from '../../local-clerk/settings.ts'
import { startLocalClerk } from '../../packages/local-clerk/index.ts'
import type { LocalClerk, WebhookEvent } from '../../packages/local-clerk/index.ts'

const ada = { emailAddress: ['ada@example.com'], firstName: 'Ada', publicMetadata: { role: 'admin' } }

let clerk: LocalClerk
beforeEach(async () => {
  clerk = await startLocalClerk({ users: [ada], retryScale: 0.01 })
})
afterEach(() => clerk.stop())

const apiOf = ({ secretKey, url }: LocalClerk) =>
  createClerkClient({ secretKey, apiUrl: url, telemetry: { disabled: true } })

describe('startLocalClerk()', () => {
  it('starts with the users and settings it was given, also after a reset', async () => {
    const api = apiOf(clerk)
    const users = async () => (await api.users.getUserList()).data.map(({ firstName }) => firstName)
    expect(await users()).toEqual(['Ada'])
    clerk.createUser({ firstName: 'Kim', emailAddress: ['kim@example.com'] })
    expect(await users()).toEqual(['Kim', 'Ada'])
    clerk.reset()
    expect(await users()).toEqual(['Ada'])
  })

  it('starts with organizations and their members, also after a reset', async () => {
    const kim = { username: 'kim' }
    const acme = {
      name: 'Acme',
      publicMetadata: { plan: 'pro' },
      members: [{ user: 'ada@example.com', role: 'org:admin' as const }, { user: 'kim' }],
    }
    await using other = await startLocalClerk({
      users: [ada, kim], organizations: [acme], settings: { organizations: true },
    })
    const { organizations } = apiOf(other)
    async function check() {
      const { data: [organization] } = await organizations.getOrganizationList({ includeMembersCount: true })
      expect(organization).toMatchObject({
        name: 'Acme', slug: 'acme', membersCount: 2, publicMetadata: { plan: 'pro' },
      })
      const { data } = await organizations.getOrganizationMembershipList({ organizationId: organization!.id })
      expect(data.map(({ role, publicUserData }) => [publicUserData!.identifier, role]).sort()).toEqual([
        ['ada@example.com', 'org:admin'], ['kim', 'org:member'],
      ])
    }
    await check()
    other.reset()
    await check()
  })

  it('takes what the SDK\'s createUser() takes', async () => {
    const user = {
      emailAddress: ['lee@example.com'], username: 'lee', firstName: 'Lee', lastName: 'Park', externalId: 'ext_1',
      publicMetadata: { a: 1 }, privateMetadata: { b: 2 }, unsafeMetadata: { c: 3 }, password: 'a good password',
    }
    const { id, password } = clerk.createUser(user)
    expect(password).toBe('a good password')
    const { password: _, emailAddress: [address], ...rest } = user
    const api = apiOf(clerk)
    expect(await api.users.getUser(id)).toMatchObject(rest)
    expect((await api.users.getUserList({ emailAddress: [address!] })).data).toHaveLength(1)
    expect(await api.users.verifyPassword({ userId: id, password })).toEqual({ verified: true })
  })

  it('signs session tokens that the SDK verifies', async () => {
    const { id } = clerk.createUser({ username: 'kim' })
    const token = clerk.sessionToken(id, { origin: 'http://localhost:3000' })
    const claims = await verifyToken(token, { jwtKey: clerk.jwtKey, authorizedParties: ['http://localhost:3000'] })
    expect(claims.sub).toBe(id)
    expect((await apiOf(clerk).sessions.getSessionList({ userId: id })).data).toMatchObject([{ id: claims.sid }])
  })

  it('gives OAuth access tokens', async () => {
    const { id } = clerk.createUser({ username: 'kim' })
    const token = clerk.oauthToken(id, { scopes: ['email'] })
    expect(await apiOf(clerk).idPOAuthAccessToken.verify(token)).toMatchObject({ subject: id, scopes: ['email'] })
  })

  it('removes its temporary folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-clerk-tmp-'))
    vi.stubEnv('TMPDIR', folder)
    {
      await using other = await startLocalClerk()
      expect((await fetch(`${other.url}/__clerk/v1/environment`)).status).toBe(200)
      expect(await readdir(folder)).toHaveLength(1)
    }
    expect(await readdir(folder)).toEqual([])
    vi.unstubAllEnvs()
    await (await startLocalClerk({ dataDir: folder })).stop()
    expect(await readdir(folder)).toContain('keys.json')
    await rm(folder, { recursive: true })
  })

  it.each([
    [{ users: [{ emailAddress: ['nobody'] }] }, 'users[0].emailAddress[0]: Invalid email address'],
    [{ users: [{ username: 'x', password: 'password' }] }, 'users[0].username: must be 3 to 64'],
    [{ users: [{ username: 'kim', password: 'password' }] }, 'users[0].password: must have 8 characters'],
    [{ users: [ada, ada] }, 'users[0] and users[1] are both ada@example.com'],
    [{ settings: { phone_number: 'maybe' } }, 'settings.phone_number'],
    [{ users: [{ phoneNumber: ['12'] }] }, 'users[0].phoneNumber[0]: must be like +15555550100'],
    [{ users: [{ phone: '1' }] }, 'users[0]: Unrecognized key: "phone"'],
    [{ organizations: [{ name: '' }] }, 'organizations[0].name: Too small'],
    [{ organizations: [{ name: 'Acme', slug: 'A c' }] }, 'organizations[0].slug: must have only a to z'],
    [
      { organizations: [{ name: 'Acme', members: [{ user: 'kim', role: 'owner' }] }] },
      'organizations[0].members[0].role: Invalid option',
    ],
    [
      { users: [ada], organizations: [{ name: 'Acme', members: [{ user: 'kim' }] }] },
      'organizations[0] has the member kim, who is no user',
    ],
  ])('names what is wrong in %j', async (options, message) => {
    await expect(startLocalClerk(options as object)).rejects.toThrow(message)
  })
})

describe('webhooks.waitFor()', () => {
  let status = 200
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(String(request.headers['svix-id']))
    response.writeHead(status).end()
  })
  let endpoint: string
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  beforeEach(() => {
    status = 200
    received.length = 0
    clerk.reset()
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  it('resolves when the endpoint has answered with success', async () => {
    clerk.webhooks.setUrl(endpoint)
    const { id } = clerk.createUser({ username: 'kim' })
    const event = await clerk.webhooks.waitFor('user.created', { where: ({ data }) => data.id === id })
    expect(event).toMatchObject({ type: 'user.created', data: { id, username: 'kim' } })
    expect(received.length).toBeGreaterThan(0)
  })

  it('resolves when an event is sent, without an endpoint', async () => {
    const waiting = clerk.webhooks.waitFor('session.created')
    const { id } = clerk.createUser({ username: 'kim' })
    clerk.sessionToken(id)
    expect((await waiting).data.user_id).toBe(id)
  })

  it('waits for a later attempt', async () => {
    clerk.webhooks.setUrl(endpoint)
    status = 500
    const where = ({ data }: WebhookEvent) => data.username === 'kim'
    const waiting = clerk.webhooks.waitFor('user.created', { where, timeout: 30_000 })
    clerk.createUser({ username: 'kim' })
    await expect.poll(() => received.length).toBeGreaterThan(1)
    status = 200
    expect((await waiting).data.username).toBe('kim')
  })

  it('says what was sent instead, and how it was answered', async () => {
    clerk.webhooks.setUrl(endpoint)
    status = 500
    const { id } = clerk.createUser({ username: 'kim' })
    const waiting = clerk.webhooks.waitFor('user.deleted', { timeout: 300 })
    await expect(waiting).rejects.toThrow('No user.deleted came in 300 ms. Sent instead to')
    await expect(waiting).rejects.toThrow(`user.created of ${id}: pending, answered 500`)
  })
})

describe('a seed file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-clerk-seed-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is read with its users, organizations and settings', async () => {
    const file = join(folder, 'seed.json')
    const organizations = [{ name: 'Acme', members: [{ user: 'ada@example.com' }] }]
    await writeFile(file, JSON.stringify({ settings: { phone_number: 'on' }, users: [ada], organizations }))
    expect(await readSeedFile(file)).toMatchObject({
      settings: { phone_number: 'on' },
      users: [ada],
      organizations: [{ name: 'Acme', members: [{ user: 'ada@example.com', role: 'org:member' }] }],
    })
  })

  it('names the line of malformed JSON', async () => {
    const file = join(folder, 'malformed.json')
    await writeFile(file, '{\n  "users": [\n    {,}\n  ]\n}')
    await expect(readSeedFile(file)).rejects.toThrow(/malformed\.json is not valid JSON: .*line 3/)
  })
})

describe('settings of a command line', () => {
  it('have the types of their values', () => {
    const lines = ['organizations=true', 'phone_number=required', 'max_allowed_memberships=9', 'social=google,github']
    expect(readSettings(lines)).toEqual({
      organizations: true, phone_number: 'required', max_allowed_memberships: 9, social: ['google', 'github'],
    })
  })

  it.each([
    ['organisations=true', 'There is no setting organisations'],
    ['organizations=maybe', 'The setting organizations cannot be maybe'],
    ['organizations', 'The setting organizations cannot be '],
  ])('are refused when wrong: %s', (line, message) => {
    expect(() => readSettings([line])).toThrow(message)
  })
})

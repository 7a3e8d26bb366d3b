import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClerkClient } from '@clerk/backend'
import { verifyWebhook } from '@clerk/backend/webhooks'
import type { WebhookEvent } from '@clerk/backend/webhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startLocalClerk } from '../../local-clerk/index.ts'
import type { LocalClerkOptions } from '../../local-clerk/index.ts'
import { runningEnvironment } from '../../local-clerk/running.ts'
import { createUser } from '../../local-clerk/webhooks/payloads/index.ts'
import { schedule } from '../../local-clerk/webhooks/schedule.ts'

interface Received {
  headers: IncomingHttpHeaders
  body: string
}

let receiver: Server
let received: Received[]
/** The receiver's responses to the next attempts. After these it responds with 200. */
let answers: { status: number, headers?: Record<string, string> }[]
let dataDir: string
let clerk: Awaited<ReturnType<typeof startLocalClerk>>

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    const { status, headers } = answers.shift() ?? { status: 200 }
    response.writeHead(status, headers).end()
  }).listen(0)
})
afterAll(() => receiver.close())
beforeEach(async () => {
  ;[received, answers] = [[], []]
  dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-'))
})
afterEach(async () => {
  await clerk.stop()
  await rm(dataDir, { recursive: true })
})

async function start(options: Partial<LocalClerkOptions> = {}) {
  const webhookUrl = `http://localhost:${(receiver.address() as AddressInfo).port}/`
  clerk = await startLocalClerk({ dataDir, webhookUrl, retryScale: 0.00001, ...options })
  return createClerkClient({
    secretKey: clerk.env.NUXT_CLERK_SECRET_KEY,
    apiUrl: clerk.url,
    jwtKey: clerk.env.NUXT_CLERK_JWT_KEY,
    publishableKey: clerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
  })
}

const settled = () => expect.poll(() => clerk.webhooks.idle(), { timeout: 20_000 }).toBe(true)
const typesOf = (id: string) =>
  received
    .map(({ body }) => JSON.parse(body) as WebhookEvent)
    .filter(({ data }) => (data as { id?: string }).id === id)
    .map(({ type }) => type)

describe('the Backend API, called by @clerk/backend', () => {
  it('lists its one domain, whose host the publishable key contains', async () => {
    const { domains } = await start()
    const { data, totalCount } = await domains.list()
    expect([totalCount, data]).toMatchObject([1, [{ isSatellite: false, frontendApiUrl: 'https://clerk.localhost' }]])
  })

  it('writes down its address while it runs, with the keys for the app', async () => {
    expect(runningEnvironment(dataDir)).toBeUndefined()
    await start()
    const { NUXT_PUBLIC_CLERK_PROXY_URL: _, ...env } = clerk.env
    expect(runningEnvironment(dataDir)).toEqual(env)
    const other = await startLocalClerk({ dataDir })
    expect(runningEnvironment(dataDir)).toMatchObject({ LOCAL_CLERK_URL: other.url })
    await clerk.stop()
    expect(runningEnvironment(dataDir)).toMatchObject({ LOCAL_CLERK_URL: other.url })
    clerk = other
    await other.stop()
    expect(runningEnvironment(dataDir)).toBeUndefined()
    await start()
  })

  it('lists, sorts, pages, filters and counts users', async () => {
    const { users } = await start()
    const ids = async (params: Parameters<typeof users.getUserList>[0]) =>
      (await users.getUserList(params)).data.map(({ id }) => id)
    expect(await ids({ orderBy: '+username' })).toEqual(['user_123', 'user_admin', 'user_456', 'user_789'])
    expect(await ids({ orderBy: '-username', limit: 2, offset: 1 })).toEqual(['user_456', 'user_admin'])
    expect((await ids({ userId: ['user_123', 'user_789'] })).sort()).toEqual(['user_123', 'user_789'])
    expect(await ids({ emailAddress: ['LIAM@example.com'] })).toEqual(['user_456'])
    expect(await ids({ query: 'schmi' })).toEqual(['user_789'])
    expect(await ids({ query: '%' })).toEqual([])
    const { createdAt } = await users.getUser('user_123')
    expect(await ids({ createdAtBefore: createdAt })).not.toContain('user_123')
    expect(await ids({ createdAtAfter: createdAt - 1 })).toContain('user_123')
    expect((await users.getUserList({ limit: 1 })).totalCount).toBe(4)
    expect(await users.getCount({ query: 'example.com' })).toBe(4)
  })

  it('signs in by a token once, as the user or for an actor', async () => {
    const { signInTokens, actorTokens, sessions } = await start()
    const redeem = async (ticket: string) => {
      const body = new URLSearchParams({ strategy: 'ticket', ticket })
      const response = await fetch(`${clerk.url}/__clerk/v1/client/sign_ins`, { method: 'POST', body })
      const { response: signIn, errors } = await response.json()
      return signIn?.created_session_id ?? errors[0].code
    }
    const token = async (userId: string, expiresInSeconds = 60) =>
      signInTokens.createSignInToken({ userId, expiresInSeconds })

    const { token: own } = await token('user_123')
    expect(await sessions.getSession(await redeem(own))).toMatchObject({ userId: 'user_123', actor: null })
    expect(await redeem(own)).toBe('sign_in_token_already_used_code')
    const { id, token: revoked } = await token('user_123')
    await signInTokens.revokeSignInToken(id)
    expect(await redeem(revoked)).toBe('sign_in_token_revoked_code')
    expect(await redeem((await token('user_123', 0)).token)).toBe('ticket_expired_code')
    const [head, claims] = (await token('user_123')).token.split('.')
    expect(await redeem(`${head}.${claims}.forged`)).toBe('ticket_invalid_code')
    expect(await redeem('nonsense')).toBe('ticket_invalid_code')

    const actor = { sub: 'user_admin' }
    const params = { userId: 'user_456', actor, expiresInSeconds: 60, sessionMaxDurationInSeconds: 600 }
    const session = await sessions.getSession(await redeem((await actorTokens.create(params)).token!))
    expect(session).toMatchObject({ userId: 'user_456', actor })
    expect(session.expireAt - session.createdAt).toBe(600_000)
    const { jwt } = await sessions.getToken(session.id)
    expect(JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString())).toMatchObject({ act: actor })
  })

  it('invites a user, who brings the invitation\'s metadata along', async () => {
    const { invitations, users } = await start()
    const created = await invitations.createInvitation({
      emailAddress: 'guest@example.com',
      publicMetadata: { role: 'admin' },
      redirectUrl: 'http://localhost:3000/sign-up',
    })
    const url = new URL(created.url!)
    expect([url.origin + url.pathname, url.searchParams.get('__clerk_status')]).toEqual([
      'http://localhost:3000/sign-up', 'sign_up',
    ])
    const signUp = async (form: Record<string, string>) => {
      const body = new URLSearchParams({ strategy: 'ticket', ...form })
      return (await fetch(`${clerk.url}/__clerk/v1/client/sign_ups`, { method: 'POST', body })).json()
    }
    const ticket = url.searchParams.get('__clerk_ticket')!
    expect(await signUp({ ticket: `${ticket}x`, password: 'a good password' })).toMatchObject({
      errors: [{ code: 'ticket_invalid_code' }],
    })
    const { response } = await signUp({ ticket, password: 'a good password' })
    expect(await users.getUser(response.created_user_id)).toMatchObject({
      publicMetadata: { role: 'admin' },
      primaryEmailAddress: { emailAddress: 'guest@example.com' },
    })
    expect((await invitations.getInvitationList({ status: 'accepted' })).data).toMatchObject([{ id: created.id }])
    // Somebody else's address needs its code.
    const other = await invitations.createInvitation({
      emailAddress: 'other@example.com', publicMetadata: { role: 'admin' }, redirectUrl: 'http://localhost:3000/',
    })
    const otherTicket = new URL(other.url!).searchParams.get('__clerk_ticket')!
    const changed = await signUp({
      ticket: otherTicket, email_address: 'third@example.com', password: 'a good password',
    })
    expect(changed.response).toMatchObject({ status: 'missing_requirements', unverified_fields: ['email_address'] })
  })

  it('signs tokens by templates, with the user\'s values in place of shortcodes', async () => {
    const { jwtTemplates, sessions, users } = await start()
    await users.updateUserMetadata('user_123', { publicMetadata: { plan: { seats: 3 } } })
    await jwtTemplates.create({
      name: 'database',
      lifetime: 600,
      claims: {
        role: 'authenticated',
        email: '{{user.primary_email_address}}',
        greeting: 'Hello {{user.first_name}} {{user.none}}!',
        seats: '{{user.public_metadata.plan.seats}}',
        plan: '{{user.public_metadata.plan}}',
        nick: `{{user.public_metadata.nick || user.none || 'nobody'}}`,
        list: ['{{user.id}}', { none: '{{user.constructor}}' }],
        sub: 'is the user\'s id all the same',
      },
    })
    const { id } = await sessions.createSession({ userId: 'user_123' })
    const { jwt } = await sessions.getToken(id, 'database')
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString())
    expect(claims).toMatchObject({
      role: 'authenticated',
      email: 'ada@example.com',
      greeting: 'Hello Ada !',
      seats: 3,
      plan: { seats: 3 },
      nick: 'nobody',
      list: ['user_123', { none: null }],
      sub: 'user_123',
    })
    expect(claims.exp - claims.iat).toBe(600)
  })

  it('creates, reads, updates, merges metadata, bans, locks and deletes', async () => {
    const { users } = await start()
    const { id } = await users.createUser({
      emailAddress: ['new@example.com'],
      password: 'long enough',
      firstName: 'New',
      unsafeMetadata: { country: 'CA' },
    })
    expect(await users.getUser(id)).toMatchObject({
      id,
      firstName: 'New',
      passwordEnabled: true,
      unsafeMetadata: { country: 'CA' },
      primaryEmailAddress: { emailAddress: 'new@example.com' },
    })
    expect(await users.updateUser(id, { lastName: 'Person', username: 'newbie' })).toMatchObject({
      lastName: 'Person',
      username: 'newbie',
    })
    await users.updateUserMetadata(id, { publicMetadata: { a: { b: 1, c: 2 } }, privateMetadata: { plan: 'x' } })
    expect(await users.updateUserMetadata(id, { publicMetadata: { a: { b: null }, d: 3 } })).toMatchObject({
      publicMetadata: { a: { c: 2 }, d: 3 },
      privateMetadata: { plan: 'x' },
    })
    expect(await users.verifyPassword({ userId: id, password: 'long enough' })).toEqual({ verified: true })
    await expect(users.verifyPassword({ userId: id, password: 'wrong' })).rejects.toMatchObject({
      status: 422,
      errors: [{ code: 'form_password_incorrect' }],
    })
    expect([(await users.banUser(id)).banned, (await users.unbanUser(id)).banned]).toEqual([true, false])
    expect([(await users.lockUser(id)).locked, (await users.unlockUser(id)).locked]).toEqual([true, false])
    expect(await users.deleteUser(id)).toMatchObject({ id, deleted: true })
    await expect(users.getUser(id)).rejects.toMatchObject({
      status: 404,
      errors: [{ code: 'resource_not_found' }],
      clerkTraceId: 'local',
    })
    await settled()
    expect(
      typesOf(id)
        .filter(type => type !== 'user.updated')
        .sort(),
    ).toEqual(['user.created', 'user.deleted'])
  })

  it.each([
    ['a taken email', { emailAddress: ['ada@example.com'] }, 'form_identifier_exists'],
    ['a malformed email', { emailAddress: ['ada'] }, 'form_param_format_invalid'],
    ['a taken username', { username: 'ADA' }, 'form_identifier_exists'],
    ['a short password', { password: 'short' }, 'form_password_length_too_short'],
    ['a breached password', { password: 'iloveyou' }, 'form_password_pwned'],
  ])('refuses %s with Clerk\'s error code', async (_, input, code) => {
    const { users } = await start()
    await expect(users.createUser(input)).rejects.toMatchObject({ status: 422, errors: [{ code }] })
    expect(await users.getCount()).toBe(4)
  })

  it('lists and revokes sessions, and issues tokens', async () => {
    const { sessions } = await start()
    const { id } = await sessions.createSession({ userId: 'user_123' })
    expect(
      (await sessions.getSessionList({ userId: 'user_123', status: 'active' })).data.map(session => session.id),
    ).toEqual([id])
    expect((await sessions.getToken(id)).jwt).toMatch(/^ey/)
    expect((await sessions.revokeSession(id)).status).toBe('revoked')
    await expect(sessions.getToken(id)).rejects.toMatchObject({ status: 401 })
    await settled()
    expect(typesOf(id).sort()).toEqual(['session.created', 'session.revoked'])
  })

  it('refuses a wrong key, and responds with Retry-After over the rate limit', async () => {
    const { users } = await start()
    const stranger = createClerkClient({ secretKey: 'sk_live_wrong', apiUrl: clerk.url })
    await expect(stranger.users.getCount()).rejects.toMatchObject({
      status: 401,
      errors: [{ code: 'clerk_key_invalid' }],
    })
    await fetch(`${clerk.url}/__clerk/control/rate-limit`, {
      method: 'POST',
      body: '{"per_second":2}',
      headers: { 'content-type': 'application/json' },
    })
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => users.getCount()))
    expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { status: 429, retryAfter: 1 } })
  })
})

describe('session tokens', () => {
  const origin = 'https://app.example'
  const ask = (token: string) => new Request(origin, { headers: { authorization: `Bearer ${token}` } })

  it('are accepted with a local key and by JWKS, with the custom claims', async () => {
    const client = await start()
    const { id } = await client.sessions.createSession({ userId: 'user_admin' })
    const { jwt } = await client.sessions.getToken(id)
    for (const how of [
      { jwtKey: clerk.env.NUXT_CLERK_JWT_KEY },
      { jwtKey: undefined, apiUrl: clerk.url, secretKey: clerk.env.NUXT_CLERK_SECRET_KEY },
    ]) {
      const state = await client.authenticateRequest(ask(jwt), how)
      expect(state.toAuth()).toMatchObject({
        userId: 'user_admin',
        sessionId: id,
        sessionClaims: { metadata: { role: 'admin' }, email: 'admin@example.com', name: 'Alex Admin' },
      })
    }
  })

  it('are refused if expired, signed with another key, or issued for another origin', async () => {
    const client = await start()
    const { id } = await client.sessions.createSession({ userId: 'user_123' })
    const { jwt } = await client.sessions.getToken(id)
    const [header, payload] = jwt.split('.')
    const stale = { ...JSON.parse(Buffer.from(payload!, 'base64url').toString()), exp: 1 }
    const { loadKeys } = await import('../../local-clerk/keys.ts')
    const expired = loadKeys(dataDir).sign(stale)
    const other = loadKeys(join(dataDir, 'other')).sign({ ...stale, exp: Math.floor(Date.now() / 1000) + 60 })
    const foreign = `${header}.${other.split('.')[1]}.${other.split('.')[2]}`
    for (const token of [expired, foreign])
      expect((await client.authenticateRequest(ask(token))).isAuthenticated).toBe(false)
    const elsewhere = loadKeys(dataDir).sign({
      ...stale,
      exp: Math.floor(Date.now() / 1000) + 60,
      azp: 'https://evil.example',
    })
    expect((await client.authenticateRequest(ask(elsewhere), { authorizedParties: [origin] })).isAuthenticated).toBe(
      false,
    )
    expect((await client.authenticateRequest(ask(elsewhere))).isAuthenticated).toBe(true)
  })
})

describe('webhooks', () => {
  const verify = ({ headers, body }: Received) =>
    verifyWebhook(
      new Request('http://localhost', { method: 'POST', body, headers: headers as Record<string, string> }),
      { signingSecret: clerk.env.NUXT_CLERK_WEBHOOK_SIGNING_SECRET },
    )

  it('pass Clerk\'s verifyWebhook, with every key of UserJSON in a user', async () => {
    await start()
    await settled()
    expect(received).toHaveLength(4)
    for (const each of received) {
      const event = await verify(each)
      expect(event).toMatchObject({
        type: 'user.created',
        object: 'event',
        instance_id: expect.any(String),
        timestamp: expect.any(Number),
      })
      expect(Object.keys(event.data).sort()).toEqual(Object.keys(createUser('user_1', 1)).sort())
    }
  })

  it('are sent again on Svix\'s schedule until they are accepted, with the same id', async () => {
    answers = [{ status: 500 }, { status: 302, headers: { location: '/' } }, { status: 200 }]
    const { users } = await start({ webhookUrl: undefined })
    for (const each of (await users.getUserList()).data) if (each.id !== 'user_123') await users.deleteUser(each.id)
    await fetch(`${clerk.url}/__clerk/control/reset`, { method: 'POST' })
    const [message] = clerk.webhooks.list(1)
    clerk.webhooks.setUrl(`http://localhost:${(receiver.address() as AddressInfo).port}/`)
    await settled()
    const ids = received.map(({ headers }) => headers['svix-id'])
    expect(new Set(ids).size).toBe(4)
    expect(ids).toHaveLength(6)
    expect(clerk.webhooks.list(10).every(({ state }) => state === 'delivered')).toBe(true)
    expect(message!.id).toMatch(/^msg_/)
  })

  it('stop after the last attempt, or when the receiver aborts', async () => {
    const { users } = await start()
    await settled()
    answers = Array.from({ length: 50 }, () => ({ status: 503 }))
    await users.updateUser('user_123', { firstName: 'Late' })
    await settled()
    expect(clerk.webhooks.list(1)[0]).toMatchObject({ state: 'failed', attempts: { length: schedule.length } })
    answers = [{ status: 422, headers: { 'webhook-delivery': 'abort-message' } }]
    await users.updateUser('user_123', { firstName: 'Never' })
    await settled()
    expect(clerk.webhooks.list(1)[0]).toMatchObject({ state: 'aborted', attempts: [{ status: 422 }] })
  })

  it('can be duplicated, dropped, wrongly signed and delayed on request', async () => {
    const { users } = await start()
    await settled()
    const attempts = async (faults: Record<string, number>) => {
      clerk.webhooks.setFaults({ duplicate: 0, drop: 0, wrong_signature: 0, delay: 0, reorder: 0, ...faults })
      received = []
      await users.updateUser('user_123', { firstName: `Name ${Math.random()}` })
      await settled()
      return received
    }
    expect(await attempts({ duplicate: 1 })).toHaveLength(2)
    expect(await attempts({ drop: 1 })).toHaveLength(0)
    expect(clerk.webhooks.list(1)[0]?.state).toBe('dropped')
    const [forged] = await attempts({ wrong_signature: 1 })
    await expect(verify(forged!)).rejects.toThrow('No matching signature')
    await attempts({ delay: 150 })
    const {
      created_at,
      attempts: [first],
    } = clerk.webhooks.list(1)[0]!
    expect(first!.at - created_at).toBeGreaterThanOrEqual(149)
  })

  it('are signed with the old and the new secret after a rotation', async () => {
    const { users } = await start()
    await settled()
    await fetch(`${clerk.url}/__clerk/control/rotate-secret`, { method: 'POST' })
    received = []
    await users.updateUser('user_123', { firstName: 'Rotated' })
    await settled()
    expect(received[0]!.headers['svix-signature']).toMatch(/^v1,\S+ v1,\S+$/)
    await expect(verify(received[0]!)).resolves.toMatchObject({ type: 'user.updated' })
  })
})

describe('the Local Clerk server', () => {
  it('keeps its users, keys and waiting messages after a restart', async () => {
    answers = Array.from({ length: 4 }, () => ({ status: 500 }))
    const { users } = await start({ retryScale: 1 })
    await expect.poll(() => received.length).toBe(4)
    const { id } = await users.createUser({ emailAddress: ['kept@example.com'] })
    const { env } = clerk
    await clerk.stop()
    const again = await start()
    expect(clerk.env.NUXT_CLERK_SECRET_KEY).toBe(env.NUXT_CLERK_SECRET_KEY)
    expect((await again.users.getUser(id)).primaryEmailAddress?.emailAddress).toBe('kept@example.com')
    await expect.poll(() => typesOf(id), { timeout: 20_000 }).toContain('user.created')
  })

  it('makes its keys readable by this user only', async () => {
    await start()
    expect((await stat(join(dataDir, 'keys.json'))).mode & 0o777).toBe(0o600)
  })

  it('listens only on the loopback interface, and refuses a host that is not local', async () => {
    await start()
    expect(clerk.url).toContain('//127.0.0.1:')
    const { port } = new URL(clerk.url)
    const status = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path: '/__clerk/v1/environment', headers }, response =>
          resolve(response.resume().statusCode),
        ).on('error', reject)
      })
    expect(await status({})).toBe(200)
    expect(await status({ host: 'evil.example' })).toBe(403)
    expect(await status({ 'x-forwarded-host': 'example.ngrok-free.app' })).toBe(403)
  })

  it('refuses requests from other sites to its control page', async () => {
    await start()
    const response = await fetch(`${clerk.url}/__clerk/control/reset`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })

  it('stays usable with many users', async () => {
    const { users } = await start({ webhookUrl: undefined })
    const { seedPeople } = await import('../../local-clerk/seed.ts')
    await seedPeople(clerk, 3_000)
    expect(await users.getCount()).toBe(3_004)
    expect((await users.getUserList({ limit: 500, offset: 2_600, orderBy: '+created_at' })).data).toHaveLength(404)
  })
})

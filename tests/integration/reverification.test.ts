import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startLocalClerk } from '../../local-clerk/index.ts'
import { password } from '../../local-clerk/seed.ts'

let dataDir: string
let clerk: Awaited<ReturnType<typeof startLocalClerk>>
let cookie: string
let session: string

/** Sends a request like ClerkJS. */
async function ask(method: string, path: string, body: Record<string, string> = {}) {
  const query = new URLSearchParams({ _method: method, ...(path.startsWith('me') && { _clerk_session_id: session }) })
  const response = await fetch(`${clerk.url}/__clerk/v1/${path}?${query}`, {
    method: 'POST',
    body: new URLSearchParams(body),
    headers: { cookie },
  })
  return { status: response.status, json: await response.json(), cookies: response.headers.getSetCookie() }
}
const clock = (ahead_ms: unknown) =>
  fetch(`${clerk.url}/__clerk/control/clock`, {
    method: 'POST',
    body: JSON.stringify({ ahead_ms }),
    headers: { 'content-type': 'application/json' },
  })
const minutes = (count: number) => count * 60_000
const claims = async () => {
  const { json } = await ask('POST', `client/sessions/${session}/tokens`)
  return JSON.parse(Buffer.from(json.jwt.split('.')[1], 'base64url').toString())
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-'))
  clerk = await startLocalClerk({ dataDir })
  cookie = ''
  const { json, cookies } = await ask('POST', 'client/sign_ins', { strategy: 'password', identifier: 'ada', password })
  cookie = cookies.map(each => each.split(';')[0]).join('; ')
  session = json.response.created_session_id
})
afterEach(async () => {
  await clerk.stop()
  await rm(dataDir, { recursive: true })
})

const email = () => clerk.users.get('user_123').email_addresses[0]!.id
/** The actions on Clerk's list of sensitive actions that Local Clerk supports. */
const sensitive: [name: string, method: string, path: () => string, body?: () => Record<string, string>][] = [
  ['a new username', 'PATCH', () => 'me', () => ({ username: 'ada_two' })],
  ['another primary email', 'PATCH', () => 'me', () => ({ primary_email_address_id: email() })],
  ['a new password', 'POST', () => 'me/change_password', () => ({ new_password: 'a better password' })],
  ['another email', 'POST', () => 'me/email_addresses', () => ({ email_address: 'second@example.com' })],
  ['a removed email', 'DELETE', () => `me/email_addresses/${email()}`],
  ['a session revoked', 'POST', () => `me/sessions/${session}/revoke`],
  ['the account deleted', 'DELETE', () => 'me'],
]

describe('ten minutes after the sign-in', () => {
  it.each(sensitive)('a new verification is required: %s', async (_, method, path, body) => {
    await clock(minutes(10))
    const before = clerk.users.get('user_123')
    expect(await ask(method, path(), body?.())).toMatchObject({
      status: 403,
      json: { errors: [{ code: 'session_reverification_required' }] },
    })
    expect(clerk.users.get('user_123')).toEqual(before)
  })

  it.each(sensitive.filter(([name]) => name !== 'a removed email'))(
    'no verification is required earlier: %s',
    async (_, method, path, body) => {
      await clock(minutes(9.9))
      expect((await ask(method, path(), body?.())).status).toBe(200)
    },
  )

  it('changing a name requires none', async () => {
    await clock(minutes(60))
    expect((await ask('PATCH', 'me', { first_name: 'Augusta' })).status).toBe(200)
  })
})

describe('a verification', () => {
  it('with the password allows sensitive actions for ten minutes, and the token contains its age', async () => {
    await clock(minutes(11))
    expect((await claims()).fva).toEqual([11, -1])
    const started = await ask('POST', `client/sessions/${session}/verify`, { level: 'second_factor' })
    expect(started.json.response).toMatchObject({
      object: 'session_reverification',
      status: 'needs_first_factor',
      level: 'first_factor',
      session: { id: session, factor_verification_age: [11, -1] },
      supported_first_factors: [
        { strategy: 'password' },
        { strategy: 'email_code', safe_identifier: 'ada@example.com' },
      ],
    })
    const attempt = (body: Record<string, string>) =>
      ask('POST', `client/sessions/${session}/verify/attempt_first_factor`, body)
    expect(await attempt({ strategy: 'password', password: 'wrong' })).toMatchObject({
      status: 422,
      json: { errors: [{ code: 'form_password_incorrect' }] },
    })
    expect((await attempt({ strategy: 'password', password })).json.response).toMatchObject({
      status: 'complete',
      session: { factor_verification_age: [0, -1] },
    })
    expect((await claims()).fva).toEqual([0, -1])
    expect((await ask('PATCH', 'me', { username: 'ada_two' })).status).toBe(200)
    await clock(minutes(22))
    expect((await ask('PATCH', 'me', { username: 'ada_three' })).status).toBe(403)
  })

  it('with a code emails the code', async () => {
    await clock(minutes(11))
    await ask('POST', `client/sessions/${session}/verify`)
    const prepared = await ask('POST', `client/sessions/${session}/verify/prepare_first_factor`, {
      strategy: 'email_code',
      email_address_id: email(),
    })
    expect(prepared.json.response).toMatchObject({
      status: 'needs_first_factor',
      first_factor_verification: { status: 'unverified', strategy: 'email_code' },
    })
    expect(clerk.webhooks.list(1)[0]).toMatchObject({
      type: 'email.created',
      body: { data: { to_email_address: 'ada@example.com' } },
    })
    const code = await ask('POST', `client/sessions/${session}/verify/attempt_first_factor`, {
      strategy: 'email_code',
      code: '424242',
    })
    expect(code.json.response.status).toBe('complete')
    expect((await ask('DELETE', 'me')).status).toBe(200)
  })
})

it('refuses an ended session even if another user is signed in', async () => {
  await ask('POST', 'client/sign_ins', { strategy: 'password', identifier: 'mia', password })
  await ask('POST', `client/sessions/${session}/remove`)
  expect(await ask('DELETE', 'me')).toMatchObject({ status: 401 })
  expect(clerk.users.find('user_789')).toBeDefined()
})

it('moves the clock only by a number', async () => {
  expect([(await clock('soon')).status, (await clock(5)).status]).toEqual([422, 200])
})

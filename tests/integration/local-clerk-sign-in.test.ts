import { beforeEach, describe, expect, it } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import { routesOf, useAnswers } from '../support/clerk-answers.ts'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'

const { asked, browser, backendApi, control, given, events } = useAnswers()
const route = '/v1/client/sign_ins'
const code = '424242'
type Browser = ReturnType<typeof browser>

beforeEach(() => given())

/** Starts a sign-in, and returns the steps that follow. */
async function begin(send: Browser, form: Record<string, string>) {
  const { response: signIn } = await send({ method: 'POST', route, form }, frontend.signIn)
  const step = (name: string, form: Record<string, string>) =>
    ({ method: 'POST', route: `${route}/:id/${name}`, params: [signIn.id], form })
  return {
    signIn,
    take: async (name: string, form: Record<string, string>) =>
      (await send(step(name, form), frontend.signIn)).response,
    refused: async (name: string, form: Record<string, string>, status = 422) =>
      (await send(step(name, form), clerkErrors, status)).errors[0],
  }
}
const refused = async (send: Browser, form: Record<string, string>, status = 422) =>
  (await send({ method: 'POST', route, form }, clerkErrors, status)).errors[0]
const signInAs = (send: Browser, identifier: string) => begin(send, { identifier, password, strategy: 'password' })

describe('an identifier', () => {
  it('is found in any case, and names what the user can sign in with', async () => {
    const { signIn } = await begin(browser(), { identifier: 'ADA@Example.com' })
    expect(signIn).toMatchObject({ status: 'needs_first_factor', client_trust_state: 'new' })
    expect(signIn.supported_first_factors.map(({ strategy }: { strategy: string }) => strategy)).toEqual([
      'password', 'email_code', 'reset_password_email_code',
    ])
    expect((await begin(browser(), { identifier: 'ADA' })).signIn.status).toBe('needs_first_factor')
  })

  it('that nobody has is refused, and so is one of a kind that is turned off', async () => {
    const unknown = { code: 'form_identifier_not_found', meta: { param_name: 'identifier' } }
    expect(await refused(browser(), { identifier: 'nobody@example.com' })).toMatchObject(unknown)
    await given({ username: 'off' })
    expect(await refused(browser(), { identifier: 'ada' })).toMatchObject(unknown)
  })

  it('can be given later: a sign-in without one needs it', async () => {
    const { signIn } = await begin(browser(), {})
    expect(signIn).toMatchObject({ status: 'needs_identifier', client_trust_state: 'pending' })
  })

  it('of a username alone signs in by password', async () => {
    await given({ email_address: 'off', username: 'required' })
    const json = { username: 'robin', password: 'a good password' }
    await backendApi({ method: 'POST', route: '/v1/users', json }, backend.user)
    const { signIn } = await begin(browser(), { identifier: 'Robin', password: 'a good password' })
    expect(signIn).toMatchObject({ status: 'complete', supported_first_factors: [{ strategy: 'password' }] })
  })
})

describe('the first factor', () => {
  it('can be an emailed code, which is sent first', async () => {
    const { signIn, take, refused } = await begin(browser(), { identifier: 'ada@example.com' })
    const { strategy, email_address_id } = signIn.supported_first_factors[1]
    expect(await refused('attempt_first_factor', { strategy, code }, 400)).toMatchObject({
      code: 'verification_missing',
    })
    await take('prepare_first_factor', { strategy, email_address_id })
    expect(events('email.created')[0]).toMatchObject({ to_email_address: 'ada@example.com', user_id: 'user_123' })
    expect(await refused('attempt_first_factor', { strategy, code: '000000' })).toMatchObject({
      code: 'form_code_incorrect', meta: { param_name: 'code' },
    })
    const { first_factor_verification, ...complete } = await take('attempt_first_factor', { strategy, code })
    expect(complete).toMatchObject({ status: 'complete', created_session_id: expect.stringMatching(/^sess_/) })
    expect(first_factor_verification).toMatchObject({ strategy, status: 'verified' })
  })

  it('can be a texted code, and the request that creates the sign-in can send it', async () => {
    await given({ phone_number: 'on' })
    const json = { phone_number: ['+15555550100'], skip_password_requirement: true }
    const { id } = await backendApi({ method: 'POST', route: '/v1/users', json }, backend.user)
    const strategy = 'phone_code'
    const { signIn, take } = await begin(browser(), { identifier: '+1 (555) 555-0100', strategy })
    expect(signIn.first_factor_verification).toMatchObject({ status: 'unverified', strategy })
    expect(events('sms.created')[0]).toMatchObject({
      to_phone_number: '+15555550100', user_id: id, slug: 'verification_code', data: { otp_code: code },
    })
    expect(await take('attempt_first_factor', { strategy, code })).toMatchObject({ status: 'complete' })
  })

  it('cannot be a code that has expired', async () => {
    const { take, refused } = await begin(browser(), { identifier: 'ada@example.com' })
    await take('prepare_first_factor', { strategy: 'email_code' })
    await control('clock', { ahead_ms: 10 * 60_000 })
    expect(await refused('attempt_first_factor', { strategy: 'email_code', code }, 400)).toMatchObject({
      code: 'verification_expired',
    })
    const again = await take('prepare_first_factor', { strategy: 'email_code' })
    expect(again.first_factor_verification).toMatchObject({ status: 'unverified' })
  })

  it('must be one that the user has', async () => {
    const { refused } = await begin(browser(), { identifier: 'ada@example.com' })
    for (const strategy of ['phone_code', 'email_link', 'nonsense']) {
      expect(await refused('prepare_first_factor', { strategy }, 400)).toMatchObject({
        code: 'strategy_for_user_invalid',
      })
    }
    await backendApi({ method: 'POST', route: '/v1/users/:id/remove_password', params: ['user_123'] }, backend.user)
    const attempt = { strategy: 'password', password }
    expect(await refused('attempt_first_factor', attempt, 400)).toMatchObject({ code: 'strategy_for_user_invalid' })
  })

  it('can be a password in the same request, if it is right', async () => {
    const form = { identifier: 'ada', strategy: 'password', password: 'wrong' }
    expect(await refused(browser(), form)).toMatchObject({ code: 'form_password_incorrect' })
    expect((await signInAs(browser(), 'ada')).signIn.status).toBe('complete')
  })

  it('is over when the sign-in is complete', async () => {
    const { take, refused } = await begin(browser(), { identifier: 'ada@example.com', strategy: 'email_code' })
    await take('attempt_first_factor', { strategy: 'email_code', code })
    expect(await refused('attempt_first_factor', { strategy: 'email_code', code }, 400)).toMatchObject({
      code: 'client_state_invalid',
    })
  })

  it('belongs to the browser that began it', async () => {
    const { signIn } = await begin(browser(), { identifier: 'ada@example.com' })
    await browser()({ route: `${route}/:id`, params: [signIn.id] }, clerkErrors, 404)
  })
})

describe('a forgotten password', () => {
  it('is replaced after an emailed code, and other sessions can end', async () => {
    const other = browser()
    await signInAs(other, 'ada')
    const send = browser()
    const { take, refused } = await begin(send, { identifier: 'ada@example.com' })
    const reset = { password: 'a better password', sign_out_of_other_sessions: 'true' }
    expect(await refused('reset_password', reset, 400)).toMatchObject({ code: 'client_state_invalid' })
    const strategy = 'reset_password_email_code'
    await take('prepare_first_factor', { strategy })
    expect(events('email.created')[0]).toMatchObject({ slug: 'reset_password_code' })
    expect(await take('attempt_first_factor', { strategy, code })).toMatchObject({
      status: 'needs_new_password', created_session_id: null,
    })
    const short = await refused('reset_password', { password: 'short' })
    const pwned = await refused('reset_password', { password: 'password1' })
    expect([short.code, pwned.code]).toEqual(['form_password_length_too_short', 'form_password_pwned'])
    expect(await take('reset_password', reset)).toMatchObject({ status: 'complete' })
    await send({ route: '/v1/me' }, frontend.user)
    await other({ route: '/v1/me' }, clerkErrors, 401)
    expect(await browserRefuses('ada', password)).toBe('form_password_incorrect')
    expect((await begin(browser(), { identifier: 'ada', password: reset.password })).signIn.status).toBe('complete')
  })

  it('is replaced after a texted code', async () => {
    await given({ phone_number: 'on' })
    const json = { user_id: 'user_123', phone_number: '+15555550111', verified: true }
    await backendApi({ method: 'POST', route: '/v1/phone_numbers', json }, backend.phoneNumber)
    const strategy = 'reset_password_phone_code'
    const { take } = await begin(browser(), { identifier: '+15555550111', strategy })
    expect(events('sms.created')[0]).toMatchObject({ slug: 'reset_password_code' })
    expect(await take('attempt_first_factor', { strategy, code })).toMatchObject({ status: 'needs_new_password' })
    expect(await take('reset_password', { password: 'a better password' })).toMatchObject({ status: 'complete' })
  })
})

const browserRefuses = async (identifier: string, password: string) =>
  (await refused(browser(), { identifier, password })).code

describe('a password that is compromised', () => {
  const compromised = { route: '/v1/users/:id/password/set_compromised', method: 'POST', params: ['user_123'] }

  it('does not sign in: another method does, and the session waits for a new password', async () => {
    await backendApi(compromised, backend.user)
    expect(await browserRefuses('ada', 'wrong')).toBe('form_password_incorrect')
    expect(await browserRefuses('ada', password)).toBe('form_password_compromised')
    const send = browser()
    const { take } = await begin(send, { identifier: 'ada@example.com', strategy: 'email_code' })
    await take('attempt_first_factor', { strategy: 'email_code', code })
    const { response: client } = await send({ route: '/v1/client' }, frontend.client)
    const [session] = client.sessions
    expect(session).toMatchObject({ status: 'pending', tasks: [{ key: 'reset-password' }] })
    const claims = JSON.parse(Buffer.from(session.last_active_token.jwt.split('.')[1], 'base64url').toString())
    expect(claims.sts).toBe('pending')

    const form = { new_password: 'a better password', sign_out_of_other_sessions: 'true' }
    await send({ method: 'POST', route: '/v1/me/change_password', form }, frontend.user)
    const touch = { method: 'POST', route: '/v1/client/sessions/:id/touch', params: [session.id] }
    expect((await send(touch, frontend.session)).response).toMatchObject({ status: 'active', tasks: [] })
  })

  it('can sign in again once it no longer is, and its sessions can end', async () => {
    const send = browser()
    await signInAs(send, 'ada')
    await backendApi({ ...compromised, json: { revoke_all_sessions: true } }, backend.user)
    await send({ route: '/v1/me' }, clerkErrors, 401)
    await backendApi({ ...compromised, route: '/v1/users/:id/password/unset_compromised' }, backend.user)
    expect((await signInAs(browser(), 'ada')).signIn.status).toBe('complete')
  })
})

describe('client trust', () => {
  beforeEach(() => given({ client_trust: true }))

  it('asks for a code when a password is used in a new browser, and not again', async () => {
    const send = browser()
    const { signIn, take, refused } = await signInAs(send, 'ada')
    expect(signIn).toMatchObject({
      status: 'needs_client_trust',
      client_trust_state: 'new',
      created_session_id: null,
      supported_second_factors: [{ strategy: 'email_code', safe_identifier: 'ada@example.com' }],
    })
    const strategy = 'email_code'
    await take('prepare_second_factor', { strategy })
    expect(await refused('attempt_second_factor', { strategy, code: '000000' })).toMatchObject({
      code: 'form_code_incorrect',
    })
    const complete = await take('attempt_second_factor', { strategy, code })
    expect(complete).toMatchObject({ status: 'complete', second_factor_verification: { status: 'verified' } })
    await send({ method: 'DELETE', route: '/v1/client/sessions' }, frontend.client)
    expect((await signInAs(send, 'ada')).signIn).toMatchObject({ status: 'complete', client_trust_state: 'known' })
    expect((await signInAs(browser(), 'ada')).signIn.status).toBe('needs_client_trust')
  })

  it('does not ask for a second code', async () => {
    const { take } = await begin(browser(), { identifier: 'ada@example.com', strategy: 'email_code' })
    expect(await take('attempt_first_factor', { strategy: 'email_code', code })).toMatchObject({ status: 'complete' })
  })
})

describe('a browser', () => {
  it('remembers how its user last signed in', async () => {
    const send = browser()
    await signInAs(send, 'ada')
    await send({ method: 'DELETE', route: '/v1/client/sessions' }, frontend.client)
    const { take } = await begin(send, { identifier: 'ada@example.com', strategy: 'email_code' })
    const last = async () =>
      (await send({ route: '/v1/client' }, frontend.client)).response.last_authentication_strategy
    expect(await last()).toBe('password')
    await take('attempt_first_factor', { strategy: 'email_code', code })
    expect(await last()).toBe('email_code')
  })

  it('holds the sessions of several users: one is active, and each can end', async () => {
    const send = browser()
    const ada = (await signInAs(send, 'ada')).signIn.created_session_id
    const liam = (await signInAs(send, 'liam')).signIn.created_session_id
    const client = async () => (await send({ route: '/v1/client' }, frontend.client)).response
    expect(await client()).toMatchObject({ sessions: [{ id: ada }, { id: liam }], last_active_session_id: liam })
    await send({ method: 'POST', route: '/v1/client/sessions/:id/touch', params: [ada] }, frontend.session)
    expect(await client()).toMatchObject({ last_active_session_id: ada })
    await send({ method: 'POST', route: '/v1/client/sessions/:id/remove', params: [ada] }, frontend.session)
    expect(await client()).toMatchObject({ sessions: [{ id: liam }], last_active_session_id: liam })
  })

  it('does not sign in a user twice', async () => {
    const send = browser()
    const { signIn } = await signInAs(send, 'ada')
    expect(await refused(send, { identifier: 'ada@example.com' }, 400)).toMatchObject({
      code: 'identifier_already_signed_in', meta: { session_id: signIn.created_session_id },
    })
  })

  it('has one session at most in single session mode', async () => {
    await given({ single_session_mode: true })
    const send = browser()
    await signInAs(send, 'ada')
    expect(await refused(send, { identifier: 'liam' }, 400)).toMatchObject({ code: 'session_exists' })
    const signUp = { method: 'POST', route: '/v1/client/sign_ups', form: { email_address: 'robin@example.com' } }
    await send(signUp, clerkErrors, 400)
    await send({ method: 'DELETE', route: '/v1/client/sessions' }, frontend.client)
    expect((await signInAs(send, 'liam')).signIn.status).toBe('complete')
  })
})

describe('too many failed attempts', () => {
  beforeEach(() => given({ user_lockout: true, lockout_max_attempts: 3, lockout_minutes: 30 }))
  const unlock = { method: 'POST', route: '/v1/users/:id/unlock', params: ['user_123'] }
  const fail = () => refused(browser(), { identifier: 'ada', password: 'wrong' })
  const ada = () => backendApi({ route: '/v1/users/:id', params: ['user_123'] }, backend.user)

  it('lock the account for a while', async () => {
    await fail()
    await fail()
    expect(await ada()).toMatchObject({ locked: false, verification_attempts_remaining: 1 })
    expect(events('user.updated')).toEqual([])
    const wrong = { identifier: 'ada', password: 'wrong' }
    expect(await refused(browser(), wrong, 403)).toMatchObject({ code: 'user_locked' })
    expect(await ada()).toMatchObject({ locked: true, lockout_expires_in_seconds: 1_800 })
    expect(events('user.updated')).toMatchObject([{ id: 'user_123', locked: true }])
    const right = { identifier: 'ada', password }
    expect(await refused(browser(), right, 403)).toMatchObject({ meta: { lockout_expires_in_seconds: 1_800 } })
    await control('clock', { ahead_ms: 30 * 60_000 })
    expect((await signInAs(browser(), 'ada')).signIn.status).toBe('complete')
    expect(await ada()).toMatchObject({ locked: false, verification_attempts_remaining: 3 })
  })

  it('are forgotten after a sign-in, and by an admin', async () => {
    await fail()
    await signInAs(browser(), 'ada')
    expect(await ada()).toMatchObject({ verification_attempts_remaining: 3 })
    await backendApi({ ...unlock, route: '/v1/users/:id/lock' }, backend.user)
    expect(await refused(browser(), { identifier: 'ada', password }, 403)).toMatchObject({ code: 'user_locked' })
    await backendApi(unlock, backend.user)
    expect((await signInAs(browser(), 'ada')).signIn.status).toBe('complete')
  })
})

it('is asked on every route of sign-ins', async () => {
  const routes = await routesOf('local-clerk/frontend', name => name === 'sign-ins.ts')
  expect(routes.filter(each => !asked.has(each))).toEqual([])
})

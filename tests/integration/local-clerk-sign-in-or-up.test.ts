import { createClerkClient } from '@clerk/backend'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SettingsChanges } from '../../local-clerk/settings.ts'
import { routesOf, useAnswers } from '../support/clerk-answers.ts'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'

const world = useAnswers()
const { asked, browser, backendApi, control, given, events } = world
const route = '/v1/client/sign_ups'
const code = '424242'
const email_address = 'robin@example.com'
const phone_number = '+15555550130'
const password = 'a good password'
type Browser = ReturnType<typeof browser>

beforeEach(() => given())

/** Starts a sign-up, and returns the steps that follow. */
async function begin(send: Browser, form: Record<string, string>) {
  const { response: signUp } = await send({ method: 'POST', route, form }, frontend.signUp)
  const step = (name: string, form: Record<string, string>) =>
    ({ method: 'POST', route: `${route}/:id/${name}`, params: [signUp.id], form })
  return {
    signUp,
    get: async () => (await send({ route: `${route}/:id`, params: [signUp.id] }, frontend.signUp)).response,
    update: async (form: Record<string, string>) =>
      (await send({ method: 'PATCH', route: `${route}/:id`, params: [signUp.id], form }, frontend.signUp)).response,
    verify: async (strategy: string) => {
      await send(step('prepare_verification', { strategy }), frontend.signUp)
      return (await send(step('attempt_verification', { strategy, code }), frontend.signUp)).response
    },
    refused: async (name: string, form: Record<string, string>, status = 422) =>
      (await send(step(name, form), clerkErrors, status)).errors[0],
  }
}
const refused = async (form: Record<string, string>, status = 422, send = browser()) =>
  (await send({ method: 'POST', route, form }, clerkErrors, status)).errors[0]

describe('a sign-up', () => {
  it('says what is missing until the user can be created', async () => {
    const send = browser()
    const { signUp, get, update, verify, refused } = await begin(send, {
      email_address, locale: 'de-DE', timezone: 'Europe/Berlin',
    })
    expect(signUp).toMatchObject({
      status: 'missing_requirements',
      required_fields: ['email_address', 'password'],
      optional_fields: ['username', 'first_name', 'last_name'],
      missing_fields: ['password'],
      unverified_fields: ['email_address'],
      verifications: { email_address: { next_action: 'needs_prepare' } },
    })
    const more = { password, username: 'robin', first_name: 'Robin', unsafe_metadata: '{"from":"a test"}' }
    expect(await update(more)).toMatchObject({ missing_fields: [], username: 'robin', has_password: true })
    const attempt = { strategy: 'email_code', code }
    expect(await refused('attempt_verification', attempt, 400)).toMatchObject({ code: 'verification_missing' })
    expect(await verify('email_code')).toMatchObject({
      status: 'complete',
      unverified_fields: [],
      verifications: { email_address: { status: 'verified', next_action: '' } },
    })
    const { created_user_id, created_session_id } = await get()
    expect(events('user.created')[0]).toMatchObject({
      id: created_user_id, username: 'robin', first_name: 'Robin', locale: 'de-DE', timezone: 'Europe/Berlin',
      unsafe_metadata: { from: 'a test' }, email_addresses: [{ email_address, verification: { status: 'verified' } }],
    })
    expect(events('session.created')[0]).toMatchObject({ id: created_session_id })
    expect((await send({ route: '/v1/client' }, frontend.client)).response.sign_up).toBeNull()
  })

  it('takes no identifier that another user has, and no field that is turned off', async () => {
    const taken = { code: 'form_identifier_exists' }
    expect(await refused({ email_address: 'ADA@example.com' })).toMatchObject({
      ...taken, meta: { param_name: 'email_address' },
    })
    expect(await refused({ username: 'ada' })).toMatchObject({ ...taken, meta: { param_name: 'username' } })
    expect(await refused({ email_address: 'nonsense' })).toMatchObject({ code: 'form_param_format_invalid' })
    expect(await refused({ phone_number })).toMatchObject({ code: 'form_param_unknown' })
    expect(await refused({ password: 'password1' })).toMatchObject({ code: 'form_password_pwned' })
  })

  it('verifies an email address again that changes, and a code only once', async () => {
    const { verify, update, refused } = await begin(browser(), { email_address })
    await verify('email_code')
    const attempt = { strategy: 'email_code', code }
    expect(await refused('attempt_verification', attempt, 400)).toMatchObject({ code: 'verification_already_verified' })
    const other = { email_address: 'robin.two@example.com' }
    expect(await update(other)).toMatchObject({ unverified_fields: ['email_address'] })
    await verify('email_code')
  })

  it('refuses a code that is wrong or has expired', async () => {
    const send = browser()
    const { signUp, refused } = await begin(send, { email_address })
    const prepare = { method: 'POST', route: `${route}/:id/prepare_verification`, params: [signUp.id] }
    const strategy = 'email_code'
    await send({ ...prepare, form: { strategy } }, frontend.signUp)
    expect(await refused('attempt_verification', { strategy, code: '000000' })).toMatchObject({
      code: 'form_code_incorrect',
    })
    await control('clock', { ahead_ms: 10 * 60_000 })
    expect(await refused('attempt_verification', { strategy, code }, 400)).toMatchObject({
      code: 'verification_expired',
    })
    expect(await refused('prepare_verification', { strategy: 'phone_code' })).toMatchObject({ code: 'form_param_nil' })
    expect(await refused('prepare_verification', { strategy: 'email_link' }, 400)).toMatchObject({
      code: 'strategy_for_user_invalid',
    })
  })

  it('is read and given an external ID by the Backend API', async () => {
    const { signUp, update, verify } = await begin(browser(), { email_address })
    const { signUps } = createClerkClient({
      secretKey: world.clerk().env.NUXT_CLERK_SECRET_KEY, apiUrl: world.clerk().url,
    })
    expect(await signUps.get(signUp.id)).toMatchObject({ status: 'missing_requirements', emailAddress: email_address })
    const inSignUp = { route: '/v1/sign_ups/:id', params: [signUp.id] }
    await backendApi(inSignUp, backend.signUp)
    const json = { external_id: 'guest_1', custom_action: true }
    expect(await backendApi({ ...inSignUp, method: 'PATCH', json }, backend.signUp)).toMatchObject(json)
    await update({ password })
    await verify('email_code')
    expect(events('user.created')[0]).toMatchObject({ external_id: 'guest_1' })
    await backendApi({ ...inSignUp, params: ['sua_none'] }, clerkErrors, 404)
  })
})

describe('what a sign-up requires follows from the settings', () => {
  it.each<[name: string, settings: SettingsChanges, form: Record<string, string>, strategies: string[]]>([
    ['an email address without a password', { password: 'off' }, { email_address }, ['email_code']],
    ['a phone number alone', { email_address: 'off', phone_number: 'required', password: 'on' }, { phone_number }, [
      'phone_code',
    ]],
    ['a username and a password', { email_address: 'off', username: 'required' }, { username: 'robin', password }, []],
    ['both, and names', { phone_number: 'required', first_name: 'required', last_name: 'required' }, {
      email_address, phone_number, password, first_name: 'Robin', last_name: 'Example',
    }, ['email_code', 'phone_code']],
    ['an email address or a phone number', { email_address: 'on', phone_number: 'on', password: 'off' }, {
      phone_number,
    }, ['phone_code']],
  ])('%s', async (_, settings, form, strategies) => {
    await given(settings)
    const { signUp, verify, get } = await begin(browser(), form)
    expect(signUp.missing_fields).toEqual([])
    for (const strategy of strategies) await verify(strategy)
    expect(await get()).toMatchObject({ status: 'complete' })
  })

  it('a user without any identifier cannot be created', async () => {
    await given({ email_address: 'on', phone_number: 'on', password: 'off', username: 'off' })
    expect((await begin(browser(), {})).signUp).toMatchObject({ missing_fields: ['email_address'] })
  })

  it('consent to the terms', async () => {
    await given({ legal_consent: true })
    const environment = await browser()({ route: '/v1/environment' }, frontend.environment)
    expect(environment.user_settings.sign_up.legal_consent_enabled).toBe(true)
    const send = browser()
    const { signUp, verify, update } = await begin(send, { email_address, password })
    expect(signUp).toMatchObject({ missing_fields: ['legal_accepted'], legal_accepted_at: null })
    expect(await verify('email_code')).toMatchObject({ status: 'missing_requirements' })
    expect(await update({ legal_accepted: 'true' })).toMatchObject({ status: 'complete' })
    const { response: user } = await send({ route: '/v1/me' }, frontend.user)
    expect(user.legal_accepted_at).toEqual(expect.any(Number))
  })
})

describe('an instance that is closed', () => {
  const invite = async () => {
    const json = { email_address, redirect_url: 'https://app.example/sign-up' }
    const { url } = await backendApi({ method: 'POST', route: '/v1/invitations', json }, backend.invitation)
    return { strategy: 'ticket', ticket: new URL(url).searchParams.get('__clerk_ticket')! }
  }

  it.each([
    ['restricted', 'sign_up_mode_restricted'],
    ['waitlist', 'sign_up_restricted_waitlist'],
  ] as const)('lets in who is invited or on the allowlist: %s', async (sign_up_mode, code) => {
    await given({ sign_up_mode })
    expect(await refused({ email_address, password }, 403)).toMatchObject({ code })
    const { signUp } = await begin(browser(), { ...await invite(), password })
    expect(signUp).toMatchObject({ status: 'complete', email_address })

    const listed = { identifier: '*@allowed.example' }
    await backendApi({ method: 'POST', route: '/v1/allowlist_identifiers', json: listed }, backend.allowed)
    const restrict = { method: 'PATCH', route: '/v1/instance/restrictions', json: { allowlist: true } }
    await backendApi(restrict, backend.restrictions)
    const { verify } = await begin(browser(), { email_address: 'kim@allowed.example', password })
    expect(await verify('email_code')).toMatchObject({ status: 'complete' })
  })

  it('keeps a waitlist, from which people are invited', async () => {
    await given({ sign_up_mode: 'waitlist' })
    const join = { method: 'POST', route: '/v1/waitlist', form: { email_address } }
    const { id } = await browser()(join, frontend.joined)
    expect(events('waitlistEntry.created')).toMatchObject([{ id, email_address, status: 'pending' }])
    expect((await browser()({ ...join, form: { email_address: 'ROBIN@example.com' } }, frontend.joined)).id).toBe(id)
    await browser()({ ...join, form: {} }, clerkErrors, 422)
    const { errors: [error] } = await browser()({ ...join, form: { email_address: 'robin@example' } }, clerkErrors, 422)
    expect(error).toMatchObject({ code: 'form_param_format_invalid' })
    const invite = { method: 'POST', route: '/v1/waitlist_entries/:id/invite', params: [id] }
    await backendApi(invite, backend.waitlistEntry)
    const [{ ticket }] = world.clerk().store.all<{ ticket: string }>(
      `select json_extract(data, '$.ticket') as ticket from objects where object = 'invitation'`,
    ) as [{ ticket: string }]
    expect((await begin(browser(), { strategy: 'ticket', ticket, password })).signUp.status).toBe('complete')
    expect(events('waitlistEntry.updated')[0]).toMatchObject({ id, status: 'completed' })
  })
})

describe('a sign-in for an account that does not exist', () => {
  const signIns = '/v1/client/sign_ins'

  it.each([
    ['email_code', email_address],
    ['phone_code', phone_number],
  ])('becomes a sign-up, with what was verified: %s', async (strategy, identifier) => {
    await given({ email_address: 'on', phone_number: 'on', password: 'off', enumeration_protection: true })
    const send = browser()
    const form = { identifier, sign_up_if_missing: 'true' }
    const { response: signIn } = await send({ method: 'POST', route: signIns, form }, frontend.signIn)
    expect(signIn).toMatchObject({
      status: 'needs_first_factor',
      user_data: null,
      supported_first_factors: [{ strategy, safe_identifier: identifier }],
    })
    const [{ email_address_id = '', phone_number_id = '' }] = signIn.supported_first_factors
    const inSignIn = { method: 'POST', params: [signIn.id] }
    const prepare = { strategy, ...email_address_id ? { email_address_id } : { phone_number_id } }
    await send({ ...inSignIn, route: `${signIns}/:id/prepare_first_factor`, form: prepare }, frontend.signIn)
    const attempt = { ...inSignIn, route: `${signIns}/:id/attempt_first_factor` }
    await send({ ...attempt, form: { strategy, code: '000000' } }, clerkErrors, 422)
    const failed = await send({ ...attempt, form: { strategy, code } }, clerkErrors, 422)
    expect(failed).toMatchObject({
      errors: [{ code: 'sign_up_if_missing_transfer' }],
      meta: { client: { sign_in: { id: signIn.id, first_factor_verification: { status: 'transferable', strategy } } } },
    })
    const { signUp } = await begin(send, { transfer: 'true', unsafe_metadata: '{"a":1}' })
    expect(signUp).toMatchObject({ status: 'complete', unsafe_metadata: { a: 1 } })
    expect(Object.values(signUp)).toContain(identifier)
    expect(await refused({ transfer: 'true' }, 400, send)).toMatchObject({ code: 'account_transfer_invalid' })
  })

  it('needs what else a sign-up requires', async () => {
    const send = browser()
    const form = { identifier: email_address, sign_up_if_missing: 'true', strategy: 'email_code' }
    const { response: { id } } = await send({ method: 'POST', route: signIns, form }, frontend.signIn)
    const attempt = { method: 'POST', route: `${signIns}/:id/attempt_first_factor`, params: [id] }
    await send({ ...attempt, form: { strategy: 'email_code', code } }, clerkErrors, 422)
    const { signUp, update } = await begin(send, { transfer: 'true' })
    expect(signUp).toMatchObject({ missing_fields: ['password'], unverified_fields: [], email_address })
    expect(await update({ password })).toMatchObject({ status: 'complete' })
  })

  it('cannot be for a username, which nothing verifies', async () => {
    const form = { identifier: 'robin', sign_up_if_missing: 'true' }
    expect((await browser()({ method: 'POST', route: signIns, form }, clerkErrors, 422)).errors[0]).toMatchObject({
      code: 'form_identifier_not_found',
    })
  })
})

it('is asked on every route of sign-ups, and of the waitlist', async () => {
  const frontendRoutes = await routesOf('local-clerk/frontend', name => /^(sign-ups|waitlist)/.test(name))
  const backendRoutes = await routesOf('local-clerk/backend', name => name === 'sign-ups.ts')
  expect([...frontendRoutes, ...backendRoutes].filter(each => !asked.has(each))).toEqual([])
})

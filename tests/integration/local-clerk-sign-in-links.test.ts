import { beforeEach, describe, expect, it } from 'vitest'
import { password } from '../../local-clerk/seed.ts'
import { useAnswers } from '../support/clerk-answers.ts'
import { backend, clerkErrors, frontend } from '../support/clerk-schemas.ts'

const { ask, backendApi, browser, control, given, events, linksTo } = useAnswers()
const strategy = 'email_link'
type Browser = ReturnType<typeof browser>

beforeEach(() => given({ email_strategies: ['email_link', 'email_code'] }))

/** Asks for a link to sign in with. */
async function signInByLink(send: Browser, identifier = 'ada@example.com', form: Record<string, string> = {}) {
  const route = '/v1/client/sign_ins'
  const { response: { id } } = await send({ method: 'POST', route, form: { identifier, ...form } }, frontend.signIn)
  const prepare = { method: 'POST', route: `${route}/:id/prepare_first_factor`, params: [id] }
  return {
    signIn: async () => (await send({ route: `${route}/:id`, params: [id] }, frontend.signIn)).response,
    send: async (redirect_url = '/sign-in#/verify') => {
      await send({ ...prepare, form: { strategy, redirect_url } }, frontend.signIn)
      return (await linksTo(identifier))[0]!
    },
    refused: async (form: Record<string, string>, status = 400) =>
      (await send({ ...prepare, form }, clerkErrors, status)).errors[0],
  }
}
const statusOf = (page: URL) => page.searchParams.get('__clerk_status')

describe('an emailed link', () => {
  it('signs in the browser that asked for it, in a tab of its own', async () => {
    const send = browser()
    const { signIn, send: sendLink } = await signInByLink(send)
    const link = await sendLink()
    expect(events('email.created')[0]).toMatchObject({
      slug: 'magic_link_sign_in', to_email_address: 'ada@example.com', data: { magic_link: link },
      body: expect.stringContaining(link),
    })
    expect(await signIn()).toMatchObject({
      status: 'needs_first_factor', first_factor_verification: { status: 'unverified', strategy },
    })
    const page = await send.open(link)
    const { client } = await send({ route: '/v1/client' }, frontend.client)
    expect([page.pathname, page.hash, statusOf(page)]).toEqual(['/sign-in', '#/verify', 'verified'])
    expect(page.searchParams.get('__clerk_created_session')).toBe(client.sessions[0].id)
    expect(await signIn()).toMatchObject({
      status: 'complete',
      created_session_id: client.sessions[0].id,
      first_factor_verification: { status: 'verified', verified_at_client: client.id },
    })
    expect(client.last_authentication_strategy).toBe(strategy)
  })

  it('signs in the browser that asked for it, and not the one that opened it', async () => {
    const [send, other] = [browser(), browser()]
    const { signIn, send: sendLink } = await signInByLink(send)
    expect(statusOf(await other.open(await sendLink()))).toBe('verified')
    const { first_factor_verification, ...complete } = await signIn()
    expect(complete).toMatchObject({ status: 'complete' })
    expect(first_factor_verification).not.toHaveProperty('verified_at_client')
    await send({ route: '/v1/me' }, frontend.user)
    await other({ route: '/v1/me' }, clerkErrors, 401)
  })

  it('works once', async () => {
    const send = browser()
    const link = await (await signInByLink(send)).send()
    await send.open(link)
    expect(statusOf(await send.open(link))).toBe('failed')
  })

  it('works no longer once a newer one was sent', async () => {
    const send = browser()
    const attempt = await signInByLink(send)
    const older = await attempt.send()
    const newer = await attempt.send()
    expect(statusOf(await send.open(older))).toBe('failed')
    expect(statusOf(await send.open(newer))).toBe('verified')
  })

  it('expires after ten minutes', async () => {
    const send = browser()
    const { signIn, send: sendLink } = await signInByLink(send)
    const link = await sendLink()
    await control('clock', { ahead_ms: 10 * 60_000 })
    expect(statusOf(await send.open(link))).toBe('expired')
    expect((await signIn()).first_factor_verification.status).toBe('expired')
  })

  it('works in another browser only if the instance allows it', async () => {
    await given({ email_strategies: ['email_link'], email_link_same_client: true })
    const send = browser()
    const link = await (await signInByLink(send)).send()
    expect(statusOf(await browser().open(link))).toBe('client_mismatch')
    expect(statusOf(await send.open(link))).toBe('verified')
  })

  it('must be one that was sent, and leads to a page of the app', async () => {
    const { refused } = await signInByLink(browser())
    expect(await refused({ strategy, redirect_url: 'https://elsewhere.example/' }, 422)).toMatchObject({
      code: 'form_param_nil', meta: { param_name: 'redirect_url' },
    })
    await ask({ route: '/v1/verify', query: { token: 'forged' } }, clerkErrors, { status: 400, base: '/__clerk' })
  })

  it('is not offered where the instance has codes only', async () => {
    await given()
    const { refused } = await signInByLink(browser())
    expect(await refused({ strategy, redirect_url: '/' })).toMatchObject({ code: 'strategy_for_user_invalid' })
  })

  it('does not sign in a user who was banned meanwhile', async () => {
    const send = browser()
    const { signIn, send: sendLink } = await signInByLink(send)
    const link = await sendLink()
    await backendApi({ method: 'POST', route: '/v1/users/:id/ban', params: ['user_123'] }, backend.user)
    expect(statusOf(await send.open(link))).toBe('failed')
    expect((await signIn()).status).toBe('needs_first_factor')
  })
})

it('a link proves a new device, beside a password', async () => {
  await given({ email_strategies: ['email_link'], client_trust: true })
  const send = browser()
  const form = { identifier: 'ada', password, strategy: 'password' }
  const { response } = await send({ method: 'POST', route: '/v1/client/sign_ins', form }, frontend.signIn)
  const inSignIn = { method: 'POST', params: [response.id] }
  const prepare = { ...inSignIn, route: '/v1/client/sign_ins/:id/prepare_second_factor' }
  await send({ ...prepare, form: { strategy, redirect_url: '/verify' } }, frontend.signIn)
  expect(statusOf(await send.open((await linksTo('ada@example.com'))[0]!))).toBe('verified')
  const inComplete = { route: '/v1/client/sign_ins/:id', params: [response.id] }
  expect((await send(inComplete, frontend.signIn)).response).toMatchObject({
    status: 'complete', second_factor_verification: { status: 'verified', strategy },
  })
})

it('a link verifies the email address of a sign-up', async () => {
  const send = browser()
  const route = '/v1/client/sign_ups'
  const form = { email_address: 'robin@example.com', password: 'a good password' }
  const { response: { id } } = await send({ method: 'POST', route, form }, frontend.signUp)
  const prepare = { method: 'POST', route: `${route}/:id/prepare_verification`, params: [id] }
  await send({ ...prepare, form: { strategy, redirect_url: '/sign-up#/verify' } }, frontend.signUp)
  expect(events('email.created')[0]).toMatchObject({ slug: 'magic_link_sign_up' })
  const page = await browser().open((await linksTo('Robin@example.com'))[0]!)
  expect(statusOf(page)).toBe('verified')
  const { response: signUp } = await send({ route: `${route}/:id`, params: [id] }, frontend.signUp)
  expect(signUp).toMatchObject({
    status: 'complete',
    created_session_id: page.searchParams.get('__clerk_created_session'),
    verifications: { email_address: { status: 'verified', strategy } },
  })
  await send({ route: '/v1/me' }, frontend.user)
})

it('a link verifies another email address of a user', async () => {
  const send = browser()
  await send({ method: 'POST', route: '/v1/client/sign_ins', form: { identifier: 'ada', password } }, frontend.signIn)
  const list = '/v1/me/email_addresses'
  const form = { email_address: 'second@example.com' }
  const { response: email } = await send({ method: 'POST', route: list, form }, frontend.emailAddress)
  expect(email.verification).toBeNull()
  const inEmail = { route: `${list}/:id`, params: [email.id] }
  const prepare = { ...inEmail, method: 'POST', route: `${list}/:id/prepare_verification` }
  const prepared = await send({ ...prepare, form: { strategy, redirect_url: '/user' } }, frontend.emailAddress)
  expect(prepared.response.verification).toMatchObject({ status: 'unverified', strategy })
  expect(events('user.updated')).toHaveLength(1)
  expect(statusOf(await send.open((await linksTo('second@example.com'))[0]!))).toBe('verified')
  const { response } = await send(inEmail, frontend.emailAddress)
  expect(response.verification).toMatchObject({ status: 'verified', strategy })
  expect(events('user.updated')).toHaveLength(2)
})

it('a link banks an identifier without an account for a sign-up', async () => {
  const send = browser()
  const { signIn, send: sendLink } = await signInByLink(send, 'robin@example.com', { sign_up_if_missing: 'true' })
  const page = await send.open(await sendLink())
  expect([statusOf(page), page.searchParams.get('__clerk_created_session')]).toEqual(['transferable', null])
  expect((await signIn()).first_factor_verification).toMatchObject({ status: 'transferable', strategy })
  const form = { transfer: 'true', password: 'a good password' }
  const { response } = await send({ method: 'POST', route: '/v1/client/sign_ups', form }, frontend.signUp)
  expect(response).toMatchObject({ status: 'complete', email_address: 'robin@example.com' })
})

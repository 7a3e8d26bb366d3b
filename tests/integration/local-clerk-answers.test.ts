import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { password } from '../../local-clerk/seed.ts'
import { createEvent } from '../../local-clerk/webhooks/payloads/index.ts'
import { routesOf, useAnswers } from '../support/clerk-answers.ts'
import { backend, backendDeleted, backendUser, clerkErrors, frontend } from '../support/clerk-schemas.ts'
import { machineAuth } from '../support/clerk-schemas-machine-auth.ts'

const answers = useAnswers()
const { ask, asked, browser, backendApi: send } = answers

/** The body of an answer without one. */
const none = z.undefined()

/** The routes that no test here has asked, without those that have tests of their own. */
async function unasked(folder: string, elsewhere: string[]) {
  const routes = await routesOf(folder, name => !elsewhere.includes(name))
  return routes.filter(route => !asked.has(route))
}

describe('the Frontend API answers as Clerk describes it', () => {
  it('environment and client', async () => {
    const send = browser()
    await send({ route: '/v1/environment' }, frontend.environment)
    await send({ method: 'PATCH', route: '/v1/environment' }, frontend.environment)
    await send({ method: 'POST', route: '/v1/dev_browser' }, clerkErrors, 404)
    await send({ route: '/v1/client' }, frontend.noClient)
    await send({ method: 'PUT', route: '/v1/client' }, frontend.client)
    await send({ route: '/v1/client' }, frontend.client)
    await send({ route: '/v1/me' }, clerkErrors, 401)
    await send({ route: '/v1/nothing' }, clerkErrors, 404)
    asked.add('get /v1/client/handshake')
    const elsewhere = { redirect_url: 'https://elsewhere.example/' }
    await send({ route: '/v1/client/sync', query: elsewhere }, clerkErrors, 404)
  })

  it('sign-in, sessions and the user', async () => {
    const send = browser()
    const { response: { created_session_id: session } } = await send({
      method: 'POST', route: '/v1/client/sign_ins', form: { identifier: 'ada@example.com', password },
    }, frontend.signIn)
    const code = { strategy: 'email_code', code: '424242' }

    const inSession = { method: 'POST', params: [session] }
    await send({ route: '/v1/client/sessions/:id', params: [session] }, frontend.session)
    await send({ ...inSession, route: '/v1/client/sessions/:id/touch' }, frontend.session)
    await send({ ...inSession, route: '/v1/client/sessions/:id/tokens' }, frontend.token)
    const byTemplate = { method: 'POST', route: '/v1/client/sessions/:id/tokens/:template' }
    await send({ ...byTemplate, params: [session, 'none'] }, clerkErrors, 404)
    const verify = '/v1/client/sessions/:id/verify'
    await send({ ...inSession, route: verify }, frontend.reverification)
    await send({ ...inSession, route: `${verify}/prepare_first_factor`, form: code }, frontend.reverification)
    await send({ ...inSession, route: `${verify}/attempt_first_factor`, form: code }, frontend.reverification)
    await send({ ...inSession, route: verify }, frontend.reverification)
    const factor = { strategy: 'password', password }
    await send({ ...inSession, route: `${verify}/attempt_first_factor`, form: factor }, frontend.reverification)

    await send({ route: '/v1/me' }, frontend.user)
    await send({ method: 'PATCH', route: '/v1/me', form: { last_name: 'Baker' } }, frontend.user)
    const seeded = JSON.stringify({ country: null, theme: { dark: true } })
    const { response: user } = await send({
      method: 'PATCH', route: '/v1/me/metadata', form: { unsafe_metadata: seeded },
    }, frontend.user)
    expect(user.unsafe_metadata).toMatchObject({ theme: { dark: true } })
    expect(user.unsafe_metadata).not.toHaveProperty('country')
    await send({ method: 'PATCH', route: '/v1/me/metadata', form: {} }, clerkErrors, 422)

    const picture = new FormData()
    picture.append('file', new Blob(['…'], { type: 'image/png' }), 'me.png')
    await send({ method: 'POST', route: '/v1/me/profile_image', form: picture }, frontend.image)
    await send({ method: 'DELETE', route: '/v1/me/profile_image' }, frontend.deleted)
    const changed = { current_password: password, new_password: 'a better password' }
    await send({ method: 'POST', route: '/v1/me/change_password', form: changed }, frontend.user)

    const list = '/v1/me/email_addresses'
    const { response: email } = await send({
      method: 'POST', route: list, form: { email_address: 'second@example.com' },
    }, frontend.emailAddress)
    const inEmail = { method: 'POST', params: [email.id] }
    await send({ route: list }, frontend.emailAddresses)
    await send({ ...inEmail, method: 'GET', route: `${list}/:id` }, frontend.emailAddress)
    await send({ ...inEmail, route: `${list}/:id/prepare_verification`, form: code }, frontend.emailAddress)
    await send({ ...inEmail, route: `${list}/:id/attempt_verification`, form: code }, frontend.emailAddress)
    await send({ ...inEmail, method: 'DELETE', route: `${list}/:id` }, frontend.deleted)

    for (const name of ['organization_memberships', 'organization_invitations', 'organization_suggestions']) {
      await send({ route: `/v1/me/${name}` }, frontend.list)
    }
    await send({ route: '/v1/me/sessions/active' }, frontend.activeSessions)
    const query = { subject: user.id }
    await send({ route: '/api_keys', query }, clerkErrors, 404)
    answers.clerk().settings.change({ api_keys: true })
    const newKey = { method: 'POST', route: '/api_keys', json: { name: 'My script', subject: user.id } }
    const key = await send(newKey, machineAuth.newApiKey)
    await send(newKey, clerkErrors, 409)
    await send({ ...newKey, json: { name: 'My script', subject: 'user_456' } }, clerkErrors, 403)
    await send({ route: '/api_keys', query }, machineAuth.apiKeys)
    const revoke = { method: 'POST', route: '/api_keys/:id/revoke', params: [key.id], json: {} }
    await send(revoke, machineAuth.apiKey)
    answers.clerk().settings.change({ api_keys: false })
    await send({ ...inSession, route: '/v1/client/sessions/:id/end' }, frontend.session)
  })

  it('the ends of sessions, and of an account', async () => {
    const send = browser()
    const form = { identifier: 'liam@example.com', password, strategy: 'password' }
    const signIn = () => send({ method: 'POST', route: '/v1/client/sign_ins', form }, frontend.signIn)
    await signIn()
    await send({ method: 'DELETE', route: '/v1/client/sessions' }, frontend.client)
    const { response: { created_session_id } } = await signIn()
    const inSession = { method: 'POST', params: [created_session_id] }
    await send({ ...inSession, route: '/v1/me/sessions/:id/revoke' }, frontend.revoked)
    const { response: { created_session_id: other } } = await signIn()
    await send({ method: 'POST', route: '/v1/client/sessions/:id/remove', params: [other] }, frontend.session)
    await signIn()
    await send({ method: 'DELETE', route: '/v1/me' }, frontend.deleted)
  })

  it('on every route', async () => {
    const elsewhere = [
      'external-accounts.ts', 'oauth-callback.ts', 'passkeys.ts', 'phones.ts', 'reverification.ts', 'second-factors.ts',
      'sign-ins.ts', 'sign-ups.ts', 'verify.ts', 'waitlist.ts',
    ]
    expect(await unasked('local-clerk/frontend', elsewhere)).toEqual([])
  })
})

describe('the Backend API answers as Clerk describes it', () => {
  it('users', async () => {
    await send({ route: '/v1/users' }, backend.users)
    await send({ route: '/v1/users/count' }, backend.count)
    const created = { email_address: ['kim@example.com'], password: 'a good password', unsafe_metadata: { a: 1 } }
    const { id } = await send({ method: 'POST', route: '/v1/users', json: created }, backend.user)
    const inUser = { params: [id] }
    await send({ ...inUser, route: '/v1/users/:id' }, backend.user)
    await send({ ...inUser, method: 'PATCH', route: '/v1/users/:id', json: { first_name: 'Kim' } }, backend.user)
    const metadata = { public_metadata: { role: 'admin' } }
    for (const method of ['PATCH', 'PUT']) {
      await send({ ...inUser, method, route: '/v1/users/:id/metadata', json: metadata }, backend.user)
    }
    for (const action of ['ban', 'unban', 'lock', 'unlock']) {
      await send({ ...inUser, method: 'POST', route: `/v1/users/:id/${action}` }, backend.user)
    }
    const right = { password: 'a good password' }
    await send({ ...inUser, method: 'POST', route: '/v1/users/:id/verify_password', json: right }, backend.verified)
    for (const action of ['set_compromised', 'unset_compromised']) {
      await send({ ...inUser, method: 'POST', route: `/v1/users/:id/password/${action}` }, backend.user)
    }
    const phone = { phone_number: '+15555550140' }
    await send({ ...inUser, method: 'PUT', route: '/v1/users/:id/phone_number', json: phone }, backend.phoneNumber)
    const code = { code: '000000' }
    await send({ ...inUser, method: 'POST', route: '/v1/users/:id/verify_totp', json: code }, clerkErrors, 422)
    for (const factors of ['mfa', 'backup_code']) {
      await send({ ...inUser, method: 'DELETE', route: `/v1/users/:id/${factors}` }, backend.userId)
    }
    await send({ ...inUser, method: 'DELETE', route: '/v1/users/:id/totp' }, clerkErrors, 404)
    const none = { method: 'DELETE', params: [id, 'idn_1'] }
    await send({ ...none, route: '/v1/users/:id/passkeys/:passkey' }, clerkErrors, 404)
    await send({ ...none, route: '/v1/users/:id/external_accounts/:account' }, clerkErrors, 404)
    await send({ ...none, route: '/v1/users/:id/web3_wallets/:wallet' }, clerkErrors, 404)
    const tokens = { route: '/v1/users/:id/oauth_access_tokens/:provider', params: [id, 'oauth_google'] }
    await send({ ...tokens, query: { paginated: 'true' } }, backend.accessTokens)
    const replaced = { email_address: 'kim.new@example.com' }
    await send({ ...inUser, method: 'PUT', route: '/v1/users/:id/email_address', json: replaced }, backend.emailAddress)
    const picture = new FormData()
    picture.append('file', new Blob(['…'], { type: 'image/png' }), 'kim.png')
    await send({ ...inUser, method: 'POST', route: '/v1/users/:id/profile_image', form: picture }, backend.user)
    await send({ ...inUser, method: 'DELETE', route: '/v1/users/:id/profile_image' }, backend.user)
    await send({ ...inUser, method: 'POST', route: '/v1/users/:id/remove_password' }, backend.user)
    await send({ ...inUser, method: 'POST', route: '/v1/users/:id/remove_password' }, clerkErrors, 400)
    for (const list of ['organization_memberships', 'organization_invitations']) {
      await send({ ...inUser, route: `/v1/users/:id/${list}` }, backend.list)
    }
    await send({ ...inUser, method: 'DELETE', route: '/v1/users/:id' }, backend.deleted)
    await send({ ...inUser, route: '/v1/users/:id' }, clerkErrors, 404)
  })

  it('sessions, keys and the instance', async () => {
    await send({ route: '/v1/sessions', query: { user_id: 'user_789' } }, backend.sessions)
    const { id } = await send({ method: 'POST', route: '/v1/sessions', json: { user_id: 'user_789' } }, backend.session)
    const inSession = { params: [id] }
    await send({ ...inSession, route: '/v1/sessions/:id' }, backend.session)
    await send({ ...inSession, method: 'POST', route: '/v1/sessions/:id/tokens' }, backend.token)
    const json = { name: 'other', claims: { email: '{{user.primary_email_address}}' } }
    const template = await send({ method: 'POST', route: '/v1/jwt_templates', json }, backend.jwtTemplate)
    const inTemplate = { route: '/v1/jwt_templates/:id', params: [template.id] }
    await send({ method: 'POST', route: '/v1/jwt_templates', json }, clerkErrors, 422)
    await send({ route: '/v1/jwt_templates' }, backend.jwtTemplates)
    await send(inTemplate, backend.jwtTemplate)
    await send({ ...inTemplate, method: 'PATCH', json: { ...json, lifetime: 90 } }, backend.jwtTemplate)
    const byTemplate = { method: 'POST', route: '/v1/sessions/:id/tokens/:template' }
    await send({ ...byTemplate, params: [id, 'other'] }, backend.token)
    await send({ ...byTemplate, params: [id, 'none'] }, clerkErrors, 404)
    await send({ ...inTemplate, method: 'DELETE' }, backend.deleted)
    await send({ ...inSession, method: 'POST', route: '/v1/sessions/:id/revoke' }, backend.session)
    await send({ route: '/v1/jwks' }, backend.jwks)
    await send({ route: '/v1/instance' }, backend.instance)
    const changes = { support_email: 'help@example.com', allowed_origins: ['chrome-extension://a'], test_mode: true }
    await send({ method: 'PATCH', route: '/v1/instance', json: changes }, none, 204)
    await send({ method: 'PATCH', route: '/v1/instance', json: { hibp: true } }, clerkErrors, 501)
    expect((await send({ route: '/v1/instance' }, backend.instance)).allowed_origins).toEqual(['chrome-extension://a'])
    // What it does not serve.
    for (const route of ['/v1/nothing', '/nothing']) {
      const { errors: [error] } = await send({ route }, clerkErrors, 501)
      expect(error).toMatchObject({ code: 'not_implemented', long_message: expect.stringContaining('SUPPORTED.md') })
    }
  })

  it('domains, and webhooks', async () => {
    const add = { method: 'POST', route: '/v1/domains', json: { name: 'satellite.example', is_satellite: true } }
    const { id } = await send(add, backend.domain)
    await send(add, clerkErrors, 422)
    await send({ ...add, json: { name: 'other.example', is_satellite: false } }, clerkErrors, 422)
    const inDomain = { route: '/v1/domains/:id', params: [id] }
    const proxy = { proxy_url: 'https://satellite.example/__clerk' }
    expect(await send({ ...inDomain, method: 'PATCH', json: proxy }, backend.domain)).toMatchObject(proxy)
    const home = { home_url: 'https://www.example.com' }
    await send({ method: 'POST', route: '/v1/instance/change_domain', json: home }, none, 202)
    await send({ method: 'POST', route: '/v1/beta_features/change_domain', json: {} }, clerkErrors, 422)
    const { data } = await send({ route: '/v1/domains' }, backend.domains)
    expect(data.map(({ name }: { name: string }) => name)).toEqual(['www.example.com', 'satellite.example'])
    await send({ ...inDomain, method: 'DELETE' }, backend.deleted)
    const primary = { ...inDomain, params: ['dmn_local'] }
    await send({ ...primary, method: 'DELETE' }, clerkErrors, 403)
    await send({ ...primary, method: 'PATCH', json: { name: 'localhost' } }, backend.domain)

    await send({ method: 'POST', route: '/v1/webhooks/svix' }, backend.svix)
    await send({ method: 'POST', route: '/v1/webhooks/svix_url' }, backend.svix)
    await send({ method: 'DELETE', route: '/v1/webhooks/svix' }, none, 204)
  })

  it('redirect URLs and restrictions', async () => {
    const json = { url: 'my-app://callback' }
    const { id } = await send({ method: 'POST', route: '/v1/redirect_urls', json }, backend.redirectUrl)
    const inUrl = { route: '/v1/redirect_urls/:id', params: [id] }
    await send({ route: '/v1/redirect_urls' }, backend.redirectUrls)
    await send(inUrl, backend.redirectUrl)
    await send({ ...inUrl, method: 'DELETE' }, backend.deleted)

    const blocklist = '/v1/blocklist_identifiers'
    const identifier = { identifier: '*@blocked.example' }
    const blocked = await send({ method: 'POST', route: blocklist, json: identifier }, backend.blocked)
    await send({ route: blocklist }, backend.blocklist)
    const restrict = { method: 'PATCH', route: '/v1/instance/restrictions' }
    await send({ ...restrict, json: { blocklist: true } }, backend.restrictions)
    await ask({ route: '/v1/environment' }, frontend.environment, { base: '/__clerk' })
    const form = { email_address: 'Somebody@Blocked.example' }
    const signUp = { method: 'POST', route: '/v1/client/sign_ups', form }
    await ask(signUp, clerkErrors, { status: 403, base: '/__clerk' })
    await send({ method: 'DELETE', route: `${blocklist}/:id`, params: [blocked.id] }, backend.deleted)
    await ask(signUp, frontend.signUp, { base: '/__clerk' })

    const allowlist = '/v1/allowlist_identifiers'
    await send({ ...restrict, json: { allowlist: true } }, backend.restrictions)
    await ask(signUp, clerkErrors, { status: 403, base: '/__clerk' })
    const address = { identifier: form.email_address }
    const allowed = await send({ method: 'POST', route: allowlist, json: address }, backend.allowed)
    await ask(signUp, frontend.signUp, { base: '/__clerk' })
    await send({ route: allowlist }, backend.allowlist)
    await send({ method: 'DELETE', route: `${allowlist}/:id`, params: [allowed.id] }, backend.deleted)
    await send({ ...restrict, json: { allowlist: false, blocklist: false } }, backend.restrictions)
    await send({ ...restrict, json: { block_disposable_email_domains: true } }, clerkErrors, 501)
  })

  it('invitations, and the waitlist', async () => {
    const json = { email_address: 'guest@example.com', redirect_url: 'https://app.example/sign-up?from=mail' }
    const create = { method: 'POST', route: '/v1/invitations' }
    const { id, url } = await send({ ...create, json }, backend.invitation)
    await send({ ...create, json }, clerkErrors, 400)
    await send({ ...create, json: { email_address: 'mia@example.com' } }, clerkErrors, 422)
    await send({ route: '/v1/invitations' }, backend.invitations)
    const ticket = new URL(url).searchParams.get('__clerk_ticket')!
    const form = { strategy: 'ticket', ticket, password: 'a good password' }
    const signUp = { method: 'POST', route: '/v1/client/sign_ups', form }
    const { body } = await ask(signUp, frontend.signUp, { base: '/__clerk' })
    expect(body.response).toMatchObject({ status: 'complete', email_address: 'guest@example.com' })
    await ask(signUp, clerkErrors, { status: 400, base: '/__clerk' })
    await send({ method: 'POST', route: '/v1/invitations/:id/revoke', params: [id] }, clerkErrors, 400)
    const two = [{ email_address: 'one@example.com' }, { email_address: 'two@example.com' }]
    const [one] = await send({ method: 'POST', route: '/v1/invitations/bulk', json: two }, backend.invitations)
    await send({ method: 'POST', route: '/v1/invitations/:id/revoke', params: [one.id] }, backend.invitation)
    await send({ method: 'DELETE', route: '/v1/invitations/:id', params: [one.id] }, backend.deleted)

    const list = '/v1/waitlist_entries'
    const waiting = { email_address: 'waiting@example.com' }
    const entry = await send({ method: 'POST', route: list, json: waiting }, backend.waitlistEntry)
    const inEntry = { method: 'POST', params: [entry.id] }
    await send({ method: 'POST', route: `${list}/bulk`, json: [waiting, two[0]!] }, backend.waitlistEntries)
    await send({ ...inEntry, route: `${list}/:id/reject` }, backend.waitlistEntry)
    await send({ ...inEntry, route: `${list}/:id/invite` }, backend.waitlistEntry)
    await send({ ...inEntry, route: `${list}/:id/invite` }, clerkErrors, 409)
    await send({ route: list }, backend.waitlist)
    await send({ ...inEntry, method: 'DELETE', route: `${list}/:id` }, backend.deleted)
  })

  it('email addresses', async () => {
    const address = { user_id: 'user_789', email_address: 'mia.second@example.com', verified: true }
    const { id } = await send({ method: 'POST', route: '/v1/email_addresses', json: address }, backend.emailAddress)
    const inEmail = { route: '/v1/email_addresses/:id', params: [id] }
    await send(inEmail, backend.emailAddress)
    await send({ ...inEmail, method: 'PATCH', json: { primary: true, verified: false } }, backend.emailAddress)
    await send({ ...inEmail, method: 'DELETE' }, backend.deleted)
    await send(inEmail, clerkErrors, 404)
  })

  it('tokens that sign in, and clients', async () => {
    await send({ method: 'POST', route: '/v1/testing_tokens' }, backend.testingToken)
    const user_id = 'user_789'
    const actor = { sub: 'user_admin' }
    const create = { method: 'POST', route: '/v1/sign_in_tokens', json: { user_id } }
    const { id, token } = await send(create, backend.signInToken)
    const { id: actorTokenId } = await send({
      method: 'POST', route: '/v1/actor_tokens', json: { user_id, actor },
    }, backend.actorToken)
    await send({ method: 'POST', route: '/v1/actor_tokens', json: { user_id } }, clerkErrors, 422)
    const signIn = { method: 'POST', route: '/v1/client/sign_ins', form: { strategy: 'ticket', ticket: token } }
    const { body, cookies } = await ask(signIn, frontend.signIn, { base: '/__clerk' })
    await send({ route: '/v1/clients/:id', params: [body.client.id] }, backend.client)
    await send({ route: '/v1/clients' }, backend.clients)
    await send({ route: '/v1/clients/handshake_payload', query: { nonce: 'none' } }, clerkErrors, 404)
    const session = body.client.sessions[0]
    const expired_token = session.last_active_token.jwt
    const inSession = { method: 'POST', params: [session.id] }
    await send({ ...inSession, route: '/v1/sessions/:id/verify', json: { token: expired_token } }, backend.session)
    await send({ ...inSession, route: '/v1/sessions/:id/verify', json: { token: 'a.b.c' } }, clerkErrors, 401)
    const refresh = { expired_token, refresh_token: 'wrong', request_origin: 'http://localhost' }
    await send({ ...inSession, route: '/v1/sessions/:id/refresh', json: refresh }, clerkErrors, 401)
    const cookie = cookies.find(each => each.startsWith('__client='))!.slice('__client='.length)
    await send({ method: 'POST', route: '/v1/clients/verify', json: { token: cookie } }, backend.client)
    const revoke = (object: string, id: string) => ({
      method: 'POST', route: `/v1/${object}s/:id/revoke`, params: [id],
    })
    await send(revoke('actor_token', actorTokenId), backend.actorToken)
    await send(revoke('sign_in_token', id), clerkErrors, 400)
    const { id: other } = await send(create, backend.signInToken)
    await send(revoke('sign_in_token', other), backend.signInToken)
  })

  it('on every route', async () => {
    expect(await unasked('local-clerk/backend', ['phones.ts', 'sign-ups.ts'])).toEqual([])
  })
})

describe('events about users are as Clerk describes them', () => {
  it.each(['user.created', 'user.updated'] as const)('%s', (type) => {
    expect(backendUser.safeParse(createEvent(type, { id: 'user_1' }).data).error?.issues).toBeUndefined()
  })

  it('user.deleted', () => {
    expect(backendDeleted.safeParse(createEvent('user.deleted', { id: 'user_1' }).data).success).toBe(true)
  })
})

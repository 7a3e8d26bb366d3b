import type { UserJSON } from '@clerk/backend'
import { createRouter, defineEventHandler, getCookie, getQuery, getRequestHeader, getRouterParam, readBody, readMultipartFormData, sendRedirect, setCookie } from 'h3'
import type { H3Event, Router } from 'h3'
import { environment } from './environment.ts'
import { errors } from '../errors.ts'
import type { Keys } from '../keys.ts'
import { addReverification } from './reverification.ts'
import type { Reverification } from './reverification.ts'
import type { Client, Session, Sessions } from '../sessions.ts'
import { newId } from '../store.ts'
import type { Store } from '../store.ts'
import { checkPassword, hashPassword, primaryEmail } from '../users.ts'
import type { Metadata, Users } from '../users.ts'
import type { Webhooks } from '../webhooks/index.ts'

/** Always accepted, as in Clerk's test mode. */
const testCode = '424242'
const year = 365 * 86_400

interface SignIn {
  id: string
  identifier: string
  user_id: string
  status: 'needs_first_factor' | 'complete'
  prepared: boolean
  created_session_id: string | null
}

interface SignUp {
  id: string
  email_address: string | null
  username: string | null
  first_name: string | null
  last_name: string | null
  password: string | null
  unsafe_metadata: Metadata
  email: 'unverified' | 'prepared' | 'verified'
  created_session_id: string | null
  created_user_id: string | null
}

interface Context {
  store: Store
  users: Users
  sessions: Sessions
  webhooks: Webhooks
  keys: Keys
  reverification: Reverification
}

type Body = Record<string, string | undefined>

/** The origin of the app, through whose proxy the browser asks. */
export function originOf(event: H3Event): string {
  const host = getRequestHeader(event, 'x-forwarded-host') ?? getRequestHeader(event, 'host')
  return getRequestHeader(event, 'origin') ?? `${getRequestHeader(event, 'x-forwarded-proto') ?? 'http'}://${host}`
}

/** What a form sends as JSON text. */
function metadataOf(text: string | undefined): Metadata | undefined {
  if (text === undefined) return undefined
  try {
    return typeof text === 'string' ? JSON.parse(text) : text
  }
  catch {
    throw errors.missing('unsafe_metadata')
  }
}

/** Clerk's Frontend API, as far as ClerkJS 6 asks for it: the README lists the calls. */
export function frontendApi({ store, users, sessions, webhooks, keys, reverification }: Context): Router {
  const router = createRouter()
  const bodyOf = async (event: H3Event): Promise<Body> => await readBody<Body>(event) ?? {}

  const loadAttempt = <T>(id: string | null | undefined): T => {
    const row = id ? store.get<{ data: string }>('select data from attempts where id = ?', id) : undefined
    if (!row) throw errors.notFound('attempt')
    return JSON.parse(row.data)
  }
  const saveAttempt = (attempt: { id: string }) => {
    store.run('insert into attempts (id, data) values (?, ?) on conflict (id) do update set data = excluded.data', attempt.id, JSON.stringify(attempt))
  }

  // What ClerkJS sees.

  function userJSON({ private_metadata: _, ...user }: UserJSON, origin: string) {
    return {
      ...user, image_url: new URL(user.image_url, origin).href, profile_image_id: user.has_image ? user.id : null,
      passkeys: [], organization_memberships: [], email_addresses: user.email_addresses.map(email => ({ ...email, matches_sso_connection: false })),
    }
  }

  function publicUserData(user: UserJSON, origin: string) {
    const identifier = primaryEmail(user)?.email_address ?? user.username
    return { first_name: user.first_name, last_name: user.last_name, image_url: new URL(user.image_url, origin).href, has_image: user.has_image, identifier, user_id: user.id }
  }

  function sessionJSON(session: Session, origin: string) {
    const user = users.get(session.user_id)
    return {
      ...sessions.toJSON(session), last_active_organization_id: null, tasks: null, factor_verification_age: reverification.factorAges(session),
      last_active_token: { object: 'token', jwt: sessions.token(session, origin) },
      user: userJSON(user, origin), public_user_data: publicUserData(user, origin),
    }
  }

  function firstFactorsOf(user: UserJSON | undefined) {
    const email = user && primaryEmail(user)
    return [
      ...user?.password_enabled ? [{ strategy: 'password' }] : [],
      ...email ? [{ strategy: 'email_code', email_address_id: email.id, safe_identifier: email.email_address, primary: true }] : [],
    ]
  }

  function signInJSON(signIn: SignIn, origin: string) {
    const user = users.find(signIn.user_id)
    return {
      object: 'sign_in', id: signIn.id, status: signIn.status, identifier: signIn.identifier,
      supported_identifiers: ['email_address', 'username'],
      supported_first_factors: firstFactorsOf(user),
      supported_second_factors: null, second_factor_verification: null,
      first_factor_verification: signIn.status === 'complete' || signIn.prepared
        ? { object: 'verification_email_code', status: signIn.status === 'complete' ? 'verified' : 'unverified', strategy: 'email_code', attempts: 0, expire_at: Date.now() + 600_000 }
        : null,
      user_data: user ? { ...publicUserData(user, origin), password_enabled: user.password_enabled } : null,
      created_session_id: signIn.created_session_id,
    }
  }

  function signUpJSON(signUp: SignUp) {
    const { id, email_address, username, first_name, last_name, unsafe_metadata, created_session_id, created_user_id } = signUp
    const missing = [...email_address ? [] : ['email_address'], ...signUp.password ? [] : ['password']]
    const unverified = email_address && signUp.email !== 'verified' ? ['email_address'] : []
    return {
      object: 'sign_up', id, status: created_user_id ? 'complete' : 'missing_requirements',
      required_fields: ['email_address', 'password'], optional_fields: ['username', 'first_name', 'last_name'],
      missing_fields: missing, unverified_fields: unverified,
      email_address, username, first_name, last_name, unsafe_metadata, created_session_id, created_user_id,
      phone_number: null, web3_wallet: null, external_account_strategy: null, external_account: null, has_password: Boolean(signUp.password),
      abandon_at: Date.now() + 86_400_000, legal_accepted_at: null,
      verifications: {
        email_address: email_address && {
          object: 'verification_email_code', status: signUp.email === 'verified' ? 'verified' : 'unverified', strategy: signUp.email === 'unverified' ? null : 'email_code',
          attempts: 0, expire_at: signUp.email === 'unverified' ? null : Date.now() + 600_000,
          next_action: { unverified: 'needs_prepare', prepared: 'needs_attempt', verified: '' }[signUp.email], supported_strategies: ['email_code'],
        },
        phone_number: null, web3_wallet: null, external_account: null,
      },
    }
  }

  function clientJSON(client: Client, origin: string) {
    const open = sessions.ofClient(client.id)
    return {
      object: 'client', id: client.id, sessions: open.map(session => sessionJSON(session, origin)),
      sign_in: client.sign_in ? signInJSON(loadAttempt<SignIn>(client.sign_in), origin) : null,
      sign_up: client.sign_up ? signUpJSON(loadAttempt<SignUp>(client.sign_up)) : null,
      last_active_session_id: open.some(({ id }) => id === client.last_active_session_id) ? client.last_active_session_id : open.at(-1)?.id ?? null,
      last_authentication_strategy: null, cookie_expires_at: null, captcha_bypass: false, created_at: client.created_at, updated_at: client.updated_at,
    }
  }

  // Who asks.

  const clientOf = (event: H3Event) => sessions.findClient(getCookie(event, '__client'))

  function clientOrNew(event: H3Event): Client {
    const known = clientOf(event)
    if (known) return known
    const client = sessions.createClient()
    setCookie(event, '__client', `${client.id}.${client.token}`, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: year })
    return client
  }

  /** The session that is asked for and no other, or the last active one, else the newest that is open. */
  function openSessionOf(client: Client, wanted?: unknown): Session | undefined {
    const open = sessions.ofClient(client.id)
    if (wanted !== undefined) return open.find(({ id }) => id === wanted)
    return open.find(({ id }) => id === client.last_active_session_id) ?? open.at(-1)
  }

  /** The session that ClerkJS names, or the client's last active one. */
  function sessionOf(event: H3Event): { client: Client, session: Session, user: UserJSON } {
    const client = clientOf(event)
    const session = client && openSessionOf(client, getQuery(event)._clerk_session_id)
    if (!session) throw errors.signedOut()
    return { client, session, user: users.get(session.user_id) }
  }

  /** For an action that needs a fresh verification. */
  function verifiedSessionOf(event: H3Event) {
    const own = sessionOf(event)
    reverification.require(own.session)
    return own
  }

  /** Answers with Clerk's envelope (the client itself by default), and tells the server side when the sessions changed. */
  function answer(event: H3Event, client: Client, response?: unknown) {
    const json = clientJSON(client, originOf(event))
    const newest = Math.max(0, ...json.sessions.map(({ created_at }) => Math.floor(created_at / 1000)))
    setCookie(event, '__client_uat', String(newest), { sameSite: 'lax', path: '/', maxAge: year })
    return { response: response ?? json, client: json }
  }

  function openSession(event: H3Event, client: Client, user: UserJSON): Session {
    const session = sessions.create(user, client.id, getRequestHeader(event, 'user-agent'))
    Object.assign(client, { last_active_session_id: session.id, sign_in: null, sign_up: null })
    sessions.saveClient(client)
    return session
  }

  function mailCode(user: { id?: string, email: string }): void {
    webhooks.send('email.created', {
      object: 'email', id: newId('ema'), slug: 'verification_code', from_email_name: 'verifications', to_email_address: user.email, email_address_id: null,
      user_id: user.id ?? null, subject: `${testCode} is your verification code`, body: `Your code is ${testCode}`, body_plain: `Your code is ${testCode}`,
      status: 'queued', data: { otp_code: testCode }, delivered_by_clerk: true,
    })
  }

  const mailCodeTo = (user: UserJSON) => mailCode({ id: user.id, email: primaryEmail(user)?.email_address ?? '' })

  router.get('/v1/environment', defineEventHandler(() => environment))
  router.get('/v1/client', defineEventHandler((event) => {
    const client = clientOf(event)
    return client ? answer(event, client) : { response: null, client: null }
  }))
  router.put('/v1/client', defineEventHandler((event) => {
    const client = clientOrNew(event)
    return answer(event, client)
  }))
  router.delete('/v1/client/sessions', defineEventHandler((event) => {
    const client = clientOrNew(event)
    for (const session of sessions.ofClient(client.id)) sessions.end(session, 'removed')
    return answer(event, client)
  }))

  // A page load whose session token has expired: the server sends the browser here for a fresh one.
  router.get('/v1/client/handshake', defineEventHandler((event) => {
    const origin = originOf(event)
    const target = new URL(String(getQuery(event).redirect_url ?? '/'), origin)
    if (target.origin !== origin) throw errors.notFound('redirect url')
    const client = clientOf(event)
    const session = client && openSessionOf(client)
    const cookies = session
      ? [`__session=${sessions.token(session, origin)}; Path=/; SameSite=Lax`, `__client_uat=${Math.floor(session.created_at / 1000)}; Path=/; SameSite=Lax`]
      : ['__session=; Path=/; Max-Age=0', '__client_uat=0; Path=/; SameSite=Lax']
    // Once: every later request would be taken for that session's, whoever is signed in by then.
    cookies.push('__clerk_handshake=; Path=/; Max-Age=0')
    setCookie(event, '__clerk_handshake', keys.sign({ handshake: cookies }), { path: '/', sameSite: 'lax', maxAge: 60 })
    return sendRedirect(event, target.href, 307)
  }))

  // Sign in.

  function checkFactor(user: UserJSON, body: Body): void {
    if (body.strategy === 'email_code') {
      if (body.code !== testCode) throw errors.codeIncorrect()
    }
    else if (!users.hasPassword(user.id, body.password ?? '')) throw errors.passwordIncorrect()
  }

  function attemptFirstFactor(event: H3Event, client: Client, signIn: SignIn, body: Body) {
    const user = users.get(signIn.user_id)
    checkFactor(user, body)
    signIn.created_session_id = openSession(event, client, user).id
    signIn.status = 'complete'
    saveAttempt(signIn)
    return answer(event, client, signInJSON(signIn, originOf(event)))
  }

  router.post('/v1/client/sign_ins', defineEventHandler(async (event) => {
    const client = clientOrNew(event)
    const body = await bodyOf(event)
    if (!body.identifier) throw errors.missing('identifier')
    const user = users.findByIdentifier(body.identifier)
    if (!user) throw errors.identifierNotFound()
    const signIn: SignIn = { id: newId('sia'), identifier: body.identifier, user_id: user.id, status: 'needs_first_factor', prepared: false, created_session_id: null }
    saveAttempt(signIn)
    client.sign_in = signIn.id
    sessions.saveClient(client)
    if (body.password) return attemptFirstFactor(event, client, signIn, { ...body, strategy: 'password' })
    return answer(event, client, signInJSON(signIn, originOf(event)))
  }))
  router.get('/v1/client/sign_ins/:id', defineEventHandler((event) => {
    const client = clientOrNew(event)
    return answer(event, client, signInJSON(ownSignIn(event, client), originOf(event)))
  }))
  router.post('/v1/client/sign_ins/:id/prepare_first_factor', defineEventHandler(async (event) => {
    const client = clientOrNew(event)
    const signIn = ownSignIn(event, client)
    signIn.prepared = true
    saveAttempt(signIn)
    mailCodeTo(users.get(signIn.user_id))
    return answer(event, client, signInJSON(signIn, originOf(event)))
  }))
  router.post('/v1/client/sign_ins/:id/attempt_first_factor', defineEventHandler(async (event) => {
    const client = clientOrNew(event)
    return attemptFirstFactor(event, client, ownSignIn(event, client), await bodyOf(event))
  }))

  function ownSignIn(event: H3Event, client: Client): SignIn {
    const id = getRouterParam(event, 'id')
    if (client.sign_in !== id) throw errors.notFound('sign in')
    return loadAttempt<SignIn>(id)
  }

  // Sign up.

  /** Checks and takes what is given, and makes the user once nothing is missing. */
  function continueSignUp(event: H3Event, client: Client, signUp: SignUp, body: Body) {
    if (body.email_address !== undefined && body.email_address !== signUp.email_address) {
      users.checkEmail(body.email_address)
      Object.assign(signUp, { email_address: body.email_address, email: 'unverified' })
    }
    if (body.username) {
      users.checkUsername(body.username)
      signUp.username = body.username
    }
    if (body.password !== undefined) {
      checkPassword(body.password)
      signUp.password = hashPassword(body.password)
    }
    if (body.first_name !== undefined) signUp.first_name = body.first_name || null
    if (body.last_name !== undefined) signUp.last_name = body.last_name || null
    signUp.unsafe_metadata = metadataOf(body.unsafe_metadata) ?? signUp.unsafe_metadata
    if (signUp.email_address && signUp.password && signUp.email === 'verified') {
      const { email_address, username, first_name, last_name, unsafe_metadata, password } = signUp
      const user = users.create({ email_address: [email_address], username, first_name, last_name, unsafe_metadata }, { hash: password })
      signUp.created_user_id = user.id
      signUp.created_session_id = openSession(event, client, user).id
      signUp.password = null
    }
    else client.sign_up = signUp.id
    saveAttempt(signUp)
    sessions.saveClient(client)
    return answer(event, client, signUpJSON(signUp))
  }

  function ownSignUp(event: H3Event, client: Client): SignUp {
    const id = getRouterParam(event, 'id')
    if (client.sign_up !== id) throw errors.notFound('sign up')
    return loadAttempt<SignUp>(id)
  }

  router.post('/v1/client/sign_ups', defineEventHandler(async (event) => {
    const signUp: SignUp = {
      id: newId('sua'), email_address: null, username: null, first_name: null, last_name: null, password: null, unsafe_metadata: {},
      email: 'unverified', created_session_id: null, created_user_id: null,
    }
    return continueSignUp(event, clientOrNew(event), signUp, await bodyOf(event))
  }))
  router.get('/v1/client/sign_ups/:id', defineEventHandler((event) => {
    const client = clientOrNew(event)
    return answer(event, client, signUpJSON(ownSignUp(event, client)))
  }))
  router.patch('/v1/client/sign_ups/:id', defineEventHandler(async (event) => {
    const client = clientOrNew(event)
    return continueSignUp(event, client, ownSignUp(event, client), await bodyOf(event))
  }))
  router.post('/v1/client/sign_ups/:id/prepare_verification', defineEventHandler((event) => {
    const client = clientOrNew(event)
    const signUp = ownSignUp(event, client)
    if (!signUp.email_address) throw errors.missing('email_address')
    signUp.email = 'prepared'
    saveAttempt(signUp)
    mailCode({ email: signUp.email_address })
    return answer(event, client, signUpJSON(signUp))
  }))
  router.post('/v1/client/sign_ups/:id/attempt_verification', defineEventHandler(async (event) => {
    const client = clientOrNew(event)
    const signUp = ownSignUp(event, client)
    const { code } = await bodyOf(event)
    if (code !== testCode) throw errors.codeIncorrect()
    signUp.email = 'verified'
    return continueSignUp(event, client, signUp, {})
  }))

  // Sessions.

  function ownSession(event: H3Event) {
    const client = clientOrNew(event)
    const session = sessions.ofClient(client.id).find(({ id }) => id === getRouterParam(event, 'id'))
    if (!session) throw errors.signedOut()
    return { client, session }
  }

  router.get('/v1/client/sessions/:id', defineEventHandler((event) => {
    const { client, session } = ownSession(event)
    return answer(event, client, sessionJSON(session, originOf(event)))
  }))
  router.post('/v1/client/sessions/:id/touch', defineEventHandler((event) => {
    const { client, session } = ownSession(event)
    session.last_active_at = Date.now()
    sessions.save(session)
    client.last_active_session_id = session.id
    sessions.saveClient(client)
    return answer(event, client, sessionJSON(session, originOf(event)))
  }))
  router.post('/v1/client/sessions/:id/tokens', defineEventHandler((event) => {
    const { session } = ownSession(event)
    return { object: 'token', jwt: sessions.token(session, originOf(event)) }
  }))
  for (const [path, status] of [['remove', 'removed'], ['end', 'ended']] as const) {
    router.post(`/v1/client/sessions/:id/${path}`, defineEventHandler((event) => {
      const { client, session } = ownSession(event)
      sessions.end(session, status)
      return answer(event, client, { ...sessionJSON(session, originOf(event)), last_active_token: null })
    }))
  }

  addReverification(router, {
    users, sessions, reverification, ownSession, firstFactorsOf, checkFactor, answer, mailCode: mailCodeTo,
    sessionJSON: (session, event) => sessionJSON(session, originOf(event)),
  })

  // The signed-in user: all that <UserProfile> does.

  const asUser = (event: H3Event, client: Client, user: UserJSON) => answer(event, client, userJSON(user, originOf(event)))

  router.get('/v1/me', defineEventHandler((event) => {
    const { client, user } = sessionOf(event)
    return asUser(event, client, user)
  }))
  router.patch('/v1/me', defineEventHandler(async (event) => {
    const { client, user, session } = sessionOf(event)
    const { username, first_name, last_name, primary_email_address_id, unsafe_metadata } = await bodyOf(event)
    if (username !== undefined || primary_email_address_id !== undefined) reverification.require(session)
    return asUser(event, client, users.update(user.id, { username, first_name, last_name, primary_email_address_id, unsafe_metadata: metadataOf(unsafe_metadata) }))
  }))
  router.delete('/v1/me', defineEventHandler((event) => {
    const { client, user } = verifiedSessionOf(event)
    return answer(event, client, users.remove(user.id))
  }))
  router.post('/v1/me/profile_image', defineEventHandler(async (event) => {
    const { client, user } = sessionOf(event)
    const [file] = await readMultipartFormData(event) ?? []
    if (!file || !/^image\/(png|jpeg|gif|webp)$/.test(file.type ?? '')) throw errors.missing('file')
    store.run('insert into images (id, type, bytes) values (?, ?, ?) on conflict (id) do update set type = excluded.type, bytes = excluded.bytes', user.id, file.type!, file.data)
    // A new address, since browsers keep the picture of the old one.
    users.change(user.id, changed => Object.assign(changed, { has_image: true, image_url: `${users.imageUrl(user.id)}?v=${Date.now()}` }))
    return answer(event, client, { object: 'image', id: user.id, name: file.filename ?? '', public_url: `${originOf(event)}${users.imageUrl(user.id)}` })
  }))
  router.delete('/v1/me/profile_image', defineEventHandler((event) => {
    const { client, user } = sessionOf(event)
    store.run('delete from images where id = ?', user.id)
    users.change(user.id, changed => Object.assign(changed, { has_image: false, image_url: users.imageUrl(user.id) }))
    return answer(event, client, { object: 'image', id: user.id, deleted: true })
  }))
  router.post('/v1/me/change_password', defineEventHandler(async (event) => {
    const { client, user, session } = verifiedSessionOf(event)
    const { current_password, new_password, sign_out_of_other_sessions } = await bodyOf(event)
    // Clerk's form does not ask for it: the verification of the session takes its place.
    if (current_password !== undefined && !users.hasPassword(user.id, current_password)) throw errors.passwordIncorrect('current_password')
    if (!new_password) throw errors.missing('new_password')
    checkPassword(new_password, 'new_password')
    if (String(sign_out_of_other_sessions) === 'true') {
      for (const other of sessions.ofUser(user.id)) if (other.id !== session.id) sessions.end(other, 'revoked')
    }
    return asUser(event, client, users.update(user.id, { password: new_password }))
  }))
  router.get('/v1/me/sessions/active', defineEventHandler((event) => {
    const { user } = sessionOf(event)
    return sessions.ofUser(user.id).filter(({ status }) => status === 'active').map(session => ({
      ...sessions.toJSON(session), user: null, latest_activity: { object: 'session_activity', ...session.activity },
    }))
  }))
  router.post('/v1/me/sessions/:id/revoke', defineEventHandler((event) => {
    const { client, user } = verifiedSessionOf(event)
    const session = sessions.get(getRouterParam(event, 'id') ?? '')
    if (session.user_id !== user.id) throw errors.notFound('session')
    return answer(event, client, { ...sessions.toJSON(sessions.end(session, 'revoked')), user: null, latest_activity: { object: 'session_activity', ...session.activity } })
  }))

  function ownEmail(event: H3Event) {
    const own = sessionOf(event)
    const email = own.user.email_addresses.find(({ id }) => id === getRouterParam(event, 'id'))
    if (!email) throw errors.notFound('email address')
    return { ...own, email }
  }

  router.get('/v1/me/email_addresses', defineEventHandler(event => sessionOf(event).user.email_addresses))
  router.post('/v1/me/email_addresses', defineEventHandler(async (event) => {
    const { client, user } = verifiedSessionOf(event)
    const { email_address } = await bodyOf(event)
    if (!email_address) throw errors.missing('email_address')
    return answer(event, client, users.addEmail(user.id, email_address, false))
  }))
  router.get('/v1/me/email_addresses/:id', defineEventHandler((event) => {
    const { client, email } = ownEmail(event)
    return answer(event, client, email)
  }))
  router.post('/v1/me/email_addresses/:id/prepare_verification', defineEventHandler((event) => {
    const { client, user, email } = ownEmail(event)
    mailCode({ id: user.id, email: email.email_address })
    return answer(event, client, { ...email, verification: { object: 'verification_email_code', status: 'unverified', strategy: 'email_code', attempts: 0, expire_at: Date.now() + 600_000 } })
  }))
  router.post('/v1/me/email_addresses/:id/attempt_verification', defineEventHandler(async (event) => {
    const { client, user, email } = ownEmail(event)
    const { code } = await bodyOf(event)
    if (code !== testCode) throw errors.codeIncorrect()
    const verification = { object: 'email_address' as const, id: newId('ver'), status: 'verified' as const, strategy: 'email_code', attempts: 1, expire_at: null }
    users.change(user.id, changed => Object.assign(changed.email_addresses.find(({ id }) => id === email.id)!, { verification }))
    return answer(event, client, { ...email, verification })
  }))
  router.delete('/v1/me/email_addresses/:id', defineEventHandler((event) => {
    reverification.require(sessionOf(event).session)
    const { client, user, email } = ownEmail(event)
    const others = user.email_addresses.filter(({ id }) => id !== email.id)
    if (others.length === 0) throw errors.lastIdentification()
    users.change(user.id, (changed) => {
      changed.email_addresses = others
      if (changed.primary_email_address_id === email.id) changed.primary_email_address_id = others[0]!.id
    })
    return answer(event, client, { object: 'email_address', id: email.id, deleted: true })
  }))

  // What ClerkJS asks for in passing, of features that are off.
  for (const path of ['organization_memberships', 'organization_invitations', 'organization_suggestions']) {
    router.get(`/v1/me/${path}`, defineEventHandler((event) => {
      const { client } = sessionOf(event)
      return answer(event, client, { data: [], total_count: 0 })
    }))
  }

  return router
}

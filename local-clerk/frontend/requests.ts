import type { UserJSON } from '@clerk/backend'
import { getCookie, getQuery, getRequestHeader, getRouterParam, readBody, setCookie, setResponseHeader } from 'h3'
import type { H3Event } from 'h3'
import { errors } from '../errors.ts'
import { devBrowserHeader } from '../http.ts'
import type { Client, Session } from '../sessions.ts'
import type { Ticket } from '../tickets.ts'
import type { Metadata } from '../users.ts'
import { clientJSON } from './client-json.ts'
import type { Context } from './context.ts'

const year = 365 * 86_400

export type Form = Record<string, string | undefined>

export async function readForm(event: H3Event): Promise<Form> {
  return await readBody<Form>(event) ?? {}
}

/** A form sends a boolean as text. */
export const isTrue = (value: unknown): boolean => String(value) === 'true'

/** Metadata, which a form sends as JSON text. */
export function parseMetadata(text: string | undefined): Metadata | undefined {
  if (text === undefined) return undefined
  try {
    return typeof text === 'string' ? JSON.parse(text) : text
  }
  catch {
    throw errors.missing('unsafe_metadata')
  }
}

/** The origin of the app, whose proxy forwards the browser's requests. */
export function appOriginOf(event: H3Event): string {
  const host = getRequestHeader(event, 'x-forwarded-host') ?? getRequestHeader(event, 'host')
  return `${getRequestHeader(event, 'x-forwarded-proto') ?? 'http'}://${host}`
}

/** The origin of the page that has sent the request, or else the app's. */
export function originOf(event: H3Event): string {
  return getRequestHeader(event, 'origin') ?? appOriginOf(event)
}

export const devBrowserName = '__clerk_db_jwt'

/** What a browser proves itself with: its cookie, or its dev browser. */
export const secretOf = ({ id, token }: Client) => `${id}.${token}`

/** The dev browser, which is in the URL of a request from another origin. */
function devBrowserOf(event: H3Event): string | undefined {
  const inQuery = getQuery(event)[devBrowserName]
  return typeof inQuery === 'string' ? inQuery : getCookie(event, devBrowserName)
}

/** @throws ClerkError for a dev browser that is unknown, so that ClerkJS asks for another */
export function clientOf({ sessions, keys }: Context, event: H3Event): Client | undefined {
  if (keys.instance === 'production') return sessions.findClient(getCookie(event, '__client'))
  const devBrowser = devBrowserOf(event)
  const client = sessions.findClient(devBrowser)
  if (devBrowser && !client) throw errors.devBrowserUnauthenticated()
  return client
}

/** The client of a dev browser. One that is unknown, as after a reset, gets another. */
export function clientOfDevBrowser({ sessions }: Context, event: H3Event): Client {
  return sessions.findClient(devBrowserOf(event)) ?? sessions.createClient()
}

export function clientOrNew(context: Context, event: H3Event): Client {
  const known = clientOf(context, event)
  if (known) return known
  const client = context.sessions.createClient()
  if (context.keys.instance === 'development') {
    setResponseHeader(event, devBrowserHeader, secretOf(client))
    return client
  }
  setCookie(event, '__client', secretOf(client), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: year,
  })
  return client
}

/**
 * A client's open session: its last active one, or else its newest.
 * @param wanted  the id of a session; another one is never returned in its place
 */
export function openSessionOf({ sessions }: Context, client: Client, wanted?: unknown): Session | undefined {
  const open = sessions.ofClient(client.id)
  if (wanted !== undefined) return open.find(({ id }) => id === wanted)
  return open.find(({ id }) => id === client.last_active_session_id) ?? open.at(-1)
}

export interface SignedIn {
  client: Client
  session: Session
  user: UserJSON
}

/**
 * The session that ClerkJS names in the query, or the client's last active one, and its user.
 * @throws ClerkError when that session is not open
 */
export function requireSession(context: Context, event: H3Event): SignedIn {
  const client = clientOf(context, event)
  const session = client && openSessionOf(context, client, getQuery(event)._clerk_session_id)
  if (!session) throw errors.signedOut()
  return { client, session, user: context.users.get(session.user_id) }
}

/**
 * The same, for a sensitive action.
 * @throws ClerkError also when the session was not verified recently
 */
export function requireVerifiedSession(context: Context, event: H3Event): SignedIn {
  const signedIn = requireSession(context, event)
  context.reverification.require(signedIn.session, signedIn.user)
  return signedIn
}

/**
 * The open session of this client that the path names as `:id`.
 * @throws ClerkError when the client has no such session
 */
export function sessionInPath(context: Context, event: H3Event): { client: Client, session: Session } {
  const client = clientOrNew(context, event)
  const session = openSessionOf(context, client, getRouterParam(event, 'id') ?? '')
  if (!session) throw errors.signedOut()
  return { client, session }
}

/**
 * Guards a new sign-in or sign-up.
 * @throws ClerkError when the instance allows a browser one session, and it has one
 */
export function requireFreeClient(context: Context, event: H3Event, client: Client): void {
  const { sessions, settings } = context
  const isSingle = settings.current().single_session_mode
  if (!isSingle || sessions.ofClient(client.id).length === 0) return
  throw errors.sessionExists(clientJSON(context, client, originOf(event)))
}

/**
 * Signs a user in on this client.
 * @param options.strategy  how, which `<SignIn>` shows the next time
 */
export function startSession(
  { sessions }: Context,
  event: H3Event,
  client: Client,
  user: UserJSON,
  { ticket, strategy, bySecondFactor }: {
    ticket?: Pick<Ticket, 'actor' | 'session_seconds'>
    strategy?: string
    bySecondFactor?: boolean
  } = {},
): Session {
  const userAgent = getRequestHeader(event, 'user-agent')
  const session = sessions.create(user, client.id, { userAgent, ticket, bySecondFactor })
  Object.assign(client, {
    last_active_session_id: session.id,
    last_authentication_strategy: strategy ?? client.last_authentication_strategy,
    sign_in: null,
    sign_up: null,
  })
  sessions.saveClient(client)
  return session
}

/**
 * Clerk's envelope around a response.
 * @param response  the client itself when absent
 */
export function answer(context: Context, event: H3Event, client: Client, response?: unknown) {
  setSessionTime(context, event, client)
  const json = clientJSON(context, client, originOf(event))
  return { response: response ?? json, client: json }
}

/**
 * The cookie `__client_uat` lets the app's server notice that the sessions changed. For a development instance ClerkJS
 * sets it, since the app has another origin.
 */
export function setSessionTime({ sessions, keys }: Context, event: H3Event, client: Client): void {
  if (keys.instance === 'development') return
  const newest = Math.max(0, ...sessions.ofClient(client.id).map(({ created_at }) => Math.floor(created_at / 1_000)))
  setCookie(event, '__client_uat', String(newest), { sameSite: 'lax', path: '/', maxAge: year })
}

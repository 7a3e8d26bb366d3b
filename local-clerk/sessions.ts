import { createHmac, randomBytes } from 'node:crypto'
import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import type { Keys } from './keys.ts'
import type { ActiveOrganizations } from './organizations/active.ts'
import type { Reverification } from './reverification.ts'
import type { SessionTasks } from './session-tasks.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'
import type { Actor, Ticket } from './tickets.ts'
import { fullName, primaryEmail } from './users.ts'
import type { Users } from './users.ts'
import type { Verification } from './verifications.ts'
import type { Webhooks } from './webhooks/index.ts'

const day = 86_400_000
const tokenSeconds = 60

/** A browser, identified by the cookie `__client`. */
export interface Client {
  id: string
  token: string
  sign_in: string | null
  sign_up: string | null
  last_active_session_id: string | null
  /** How the last sign-in was done. */
  last_authentication_strategy: string | null
  created_at: number
  updated_at: number
}

export interface Session {
  id: string
  client_id: string
  user_id: string
  status: 'active' | 'ended' | 'removed' | 'revoked'
  last_active_at: number
  /** The organization that the user has chosen. Null, or absent, for the personal account. */
  last_active_organization_id?: string | null
  /** Who is signed in as this user, by an actor token. */
  actor?: Actor
  /** The time of the last verification. Sessions stored by an earlier version lack it: their sign-in counts. */
  verified_at?: number
  /** The time of the last verification of a second factor. */
  second_verified_at?: number
  /** The verification that was last begun. */
  verification_level?: VerificationLevel
  first_factor?: Verification | null
  second_factor?: Verification | null
  expire_at: number
  abandon_at: number
  created_at: number
  updated_at: number
  activity: {
    id: string
    browser_name: string
    device_type: string
    is_mobile: boolean
    ip_address: string
    city: string
  }
}

export type VerificationLevel = 'first_factor' | 'second_factor' | 'multi_factor'

interface SessionOptions {
  userAgent?: string
  /** The user has verified a second factor as well. */
  bySecondFactor?: boolean
  ticket?: Pick<Ticket, 'actor' | 'session_seconds'>
}

export type Sessions = ReturnType<typeof createSessions>

/** The claims that you would add in Clerk's dashboard under "Customize session token". */
function customClaims(user: UserJSON): object {
  return {
    metadata: user.public_metadata,
    name: fullName(user) || user.username,
    email: primaryEmail(user)?.email_address ?? null,
    picture: user.image_url,
  }
}

/** Browsers and their sessions. A session sends an event when it starts and when it ends. */
export function createSessions(
  store: Store,
  users: Users,
  webhooks: Webhooks,
  keys: Keys,
  reverification: Reverification,
  tasksOf: SessionTasks,
  active: ActiveOrganizations,
) {
  const parse = <T>(row: { data: string } | undefined): T | undefined => row && JSON.parse(row.data)

  function saveClient(client: Client): void {
    client.updated_at = Date.now()
    store.run(
      'insert into clients (id, data) values (?, ?) on conflict (id) do update set data = excluded.data',
      client.id,
      JSON.stringify(client),
    )
  }

  function save(session: Session): void {
    store.run(
      `insert into sessions (id, client_id, user_id, status, created_at, data) values (?, ?, ?, ?, ?, ?)
       on conflict (id) do update set status = excluded.status, data = excluded.data`,
      session.id,
      session.client_id,
      session.user_id,
      session.status,
      session.created_at,
      JSON.stringify(session),
    )
  }

  function get(id: string): Session {
    const session = parse<Session>(store.get('select data from sessions where id = ?', id))
    if (!session) throw errors.notFound('session')
    return session
  }

  const isPending = (session: Session) => session.status === 'active' && tasksOf(session).length > 0

  /** The session in the Backend API and in events. */
  function toJSON(session: Session) {
    const { activity: _, verified_at: _at, second_verified_at: _second, verification_level: _level, ...state } = session
    const { first_factor: _first, second_factor: _other, ...rest } = state
    return {
      object: 'session' as const,
      ...rest,
      status: isPending(session) ? 'pending' as const : session.status,
      last_active_organization_id: active.membershipOf(session)?.organization_id ?? null,
      actor: session.actor ?? null,
      tasks: tasksOf(session),
    }
  }

  function getClient(id: string): Client | undefined {
    return parse<Client>(store.get('select data from clients where id = ?', id))
  }

  /** All sessions of a user, the newest first. */
  function ofUser(userId: string): Session[] {
    const rows = store.all<{ data: string }>(
      'select data from sessions where user_id = ? order by created_at desc',
      userId,
    )
    return rows.map(row => parse<Session>(row)!)
  }

  function end(session: Session, status: 'ended' | 'removed' | 'revoked'): Session {
    if (session.status !== 'active') return session
    Object.assign(session, { status, updated_at: Date.now() })
    save(session)
    webhooks.send(`session.${status}`, { ...toJSON(session), user: null })
    return session
  }

  return {
    get,
    save,
    saveClient,
    ofUser,
    end,

    /** Ends all sessions of a user. */
    revokeAll(userId: string): void {
      for (const session of ofUser(userId)) end(session, 'revoked')
    },

    toJSON,
    tasksOf,
    getClient,

    findClient(cookie: string | undefined): Client | undefined {
      const [id, token] = cookie?.split('.') ?? []
      const client = id ? getClient(id) : undefined
      return client?.token === token ? client : undefined
    },

    createClient(): Client {
      const now = Date.now()
      const client: Client = {
        id: newId('client'),
        token: randomBytes(24).toString('base64url'),
        sign_in: null,
        sign_up: null,
        last_active_session_id: null,
        last_authentication_strategy: null,
        created_at: now,
        updated_at: now,
      }
      saveClient(client)
      return client
    },

    /** The open sessions of a browser, the oldest first. */
    ofClient(clientId: string): Session[] {
      const rows = store.all<{ data: string }>(
        `select data from sessions where client_id = ? and status = 'active' order by created_at`,
        clientId,
      )
      return rows.map(row => parse<Session>(row)!).filter(({ expire_at }) => expire_at > Date.now())
    },

    /** Whether the user has ever signed in on this browser. */
    isKnown(clientId: string, userId: string): boolean {
      return store.get('select 1 from sessions where client_id = ? and user_id = ?', clientId, userId) !== undefined
    },

    /**
     * @param ticket  the actor, and the seconds that the session lasts, if a ticket has begun it
     * @throws ClerkError when the user is banned or locked
     */
    create(user: UserJSON, clientId: string, { userAgent = '', ticket, bySecondFactor }: SessionOptions = {}): Session {
      if (user.banned) throw errors.banned()
      if (user.locked) throw errors.locked()
      const now = Date.now()
      const isMobile = /Mobile|Android|iPhone/.test(userAgent)
      const session: Session = {
        id: newId('sess'),
        client_id: clientId,
        user_id: user.id,
        status: 'active',
        last_active_at: now,
        last_active_organization_id: active.first(user.id, ofUser(user.id)),
        verified_at: reverification.now(),
        ...bySecondFactor && { second_verified_at: reverification.now() },
        ...ticket?.actor && { actor: ticket.actor },
        expire_at: now + (ticket?.session_seconds ? ticket.session_seconds * 1_000 : 7 * day),
        abandon_at: now + 30 * day,
        created_at: now,
        updated_at: now,
        activity: {
          id: newId('sess_activity'),
          browser_name: /Firefox|Edg|Chrome|Safari/.exec(userAgent)?.[0] ?? 'Browser',
          device_type: isMobile ? 'Phone' : /Mac|Windows|Linux/.exec(userAgent)?.[0] ?? 'Desktop',
          is_mobile: isMobile,
          ip_address: '127.0.0.1',
          city: 'this machine',
        },
      }
      save(session)
      users.record(user.id, (stored) => {
        stored.last_sign_in_at = stored.last_active_at = now
      })
      webhooks.send('session.created', { ...toJSON(session), user: null })
      return session
    },

    /** What the app's server gets a new session token with: the cookie `__refresh` of a handshake. */
    refreshToken: (session: Session) => createHmac('sha256', keys.secretKey).update(session.id).digest('base64url'),

    /**
     * Signs a session token.
     * @param azp  the origin of the app that requested it
     */
    token(
      session: Pick<Session, 'id' | 'user_id' | 'created_at' | 'actor' | 'last_active_organization_id'>,
      azp?: string,
    ): string {
      const sts = tasksOf(session).length > 0 ? 'pending' : 'active'
      const now = Math.floor(Date.now() / 1000)
      const user = users.get(session.user_id)
      return keys.sign({
        ...session.actor && { act: session.actor },
        ...azp && { azp },
        exp: now + tokenSeconds,
        fva: reverification.factorAges(session, user),
        iat: now,
        iss: keys.issuer,
        nbf: now - 10,
        pla: 'u:free_user',
        sid: session.id,
        sts,
        sub: session.user_id,
        v: 2,
        ...active.claims(session),
        ...customClaims(user),
      })
    },
  }
}

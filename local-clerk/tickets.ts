import { errors } from './errors.ts'
import type { Keys } from './keys.ts'
import { newId } from './store.ts'
import type { Store } from './store.ts'

/** Who is signed in as another user, such as a colleague of support. */
export interface Actor {
  sub: string
  [claim: string]: unknown
}

/** What signs a user in once, without a password: a sign-in token, or an actor token for impersonation. */
export interface Ticket {
  object: 'sign_in_token' | 'actor_token'
  id: string
  status: 'pending' | 'accepted' | 'revoked'
  user_id: string
  /** Only of an actor token. */
  actor?: Actor
  /** How long the session lasts, in seconds; undefined for as long as any other. */
  session_seconds?: number
  /** The signed token; a browser sends it back. */
  token: string
  expires_at: number
  created_at: number
  updated_at: number
}

export type Tickets = ReturnType<typeof createTickets>

export function createTickets(store: Store, keys: Keys) {
  function save(ticket: Ticket): Ticket {
    store.run(
      'insert into tickets (id, data) values (?, ?) on conflict (id) do update set data = excluded.data',
      ticket.id,
      JSON.stringify(ticket),
    )
    return ticket
  }

  function find(id: string): Ticket | undefined {
    const row = store.get<{ data: string }>('select data from tickets where id = ?', id)
    return row && JSON.parse(row.data)
  }

  return {
    /** @param seconds  until it expires */
    create(ticket: Pick<Ticket, 'object' | 'user_id' | 'actor' | 'session_seconds'>, seconds: number): Ticket {
      const now = Date.now()
      const id = newId(ticket.object === 'sign_in_token' ? 'sit' : 'act')
      const exp = Math.floor(now / 1_000) + seconds
      const token = keys.sign({ eid: id, exp, iss: 'https://clerk.localhost', st: ticket.object, sub: ticket.user_id })
      const dates = { expires_at: exp * 1_000, created_at: now, updated_at: now }
      return save({ ...ticket, id, status: 'pending', token, ...dates })
    },

    /** @throws ClerkError when there is no such token, or it was used */
    revoke(object: Ticket['object'], id: string): Ticket {
      const ticket = find(id)
      if (ticket?.object !== object) throw errors.notFound(object)
      if (ticket.status === 'accepted') throw errors.ticket(`${object}_cannot_be_revoked_code`, 'Token was used.')
      return save({ ...ticket, status: 'revoked', updated_at: Date.now() })
    },

    /**
     * Uses a ticket up.
     * @throws ClerkError when it is forged, expired, revoked or used
     */
    redeem(token: string | undefined): Ticket {
      const ticket = find(idOf(token))
      // What was stored has this Clerk's own signature.
      if (!ticket || ticket.token !== token) throw errors.ticket('ticket_invalid_code', 'Ticket is invalid.')
      if (ticket.expires_at <= Date.now()) throw errors.ticket('ticket_expired_code', 'Ticket has expired.')
      const { object, status } = ticket
      if (status === 'revoked') throw errors.ticket(`${object}_revoked_code`, 'Token has been revoked.')
      if (status === 'accepted') throw errors.ticket(`${object}_already_used_code`, 'Token has already been used.')
      return save({ ...ticket, status: 'accepted', updated_at: Date.now() })
    },
  }
}

/** The id that a token names; empty if it is not one. */
function idOf(token = ''): string {
  try {
    return String(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).eid)
  }
  catch {
    return ''
  }
}

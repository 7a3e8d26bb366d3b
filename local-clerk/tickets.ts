import { errors } from './errors.ts'
import type { Keys } from './keys.ts'
import { createObjects } from './objects.ts'
import type { Stored } from './objects.ts'
import type { Store } from './store.ts'

/** Who is signed in as another user, such as a colleague of support. */
export interface Actor {
  sub: string
  [claim: string]: unknown
}

/** What signs a user in once, without a password: a sign-in token, or an actor token for impersonation. */
interface TicketFields {
  status: 'pending' | 'accepted' | 'revoked'
  user_id: string
  /** Only of an actor token. */
  actor?: Actor
  /** How long the session lasts, in seconds; undefined for as long as any other. */
  session_seconds?: number
  /** The signed token, which a browser sends back. Empty until it is signed, for which the id is needed. */
  token: string
  expires_at: number
}

type Kind = 'sign_in_token' | 'actor_token'
export type Ticket = Stored<TicketFields>
export type Tickets = ReturnType<typeof createTickets>

export function createTickets(store: Store, keys: Keys) {
  const kinds = {
    sign_in_token: createObjects<TicketFields>(store, 'sign_in_token', 'sit'),
    actor_token: createObjects<TicketFields>(store, 'actor_token', 'act'),
  }

  return {
    /** @param seconds  until it expires */
    create(object: Kind, fields: Pick<Ticket, 'user_id' | 'actor' | 'session_seconds'>, seconds: number): Ticket {
      const exp = Math.floor(Date.now() / 1_000) + seconds
      return store.transaction(() => {
        const { id } = kinds[object].create({ ...fields, status: 'pending', token: '', expires_at: exp * 1_000 })
        const token = keys.sign({ eid: id, exp, iss: keys.issuer, st: object, sub: fields.user_id })
        return kinds[object].update(id, { token })
      })
    },

    /** @throws ClerkError when there is no such token, or it was used */
    revoke(object: Kind, id: string): Ticket {
      if (kinds[object].get(id).status === 'accepted') {
        throw errors.ticket(`${object}_cannot_be_revoked_code`, 'Token was used.')
      }
      return kinds[object].update(id, { status: 'revoked' })
    },

    /**
     * Uses a ticket up.
     * @throws ClerkError when it is forged, expired, revoked or used
     */
    redeem(token: string | undefined): Ticket {
      const tickets = Object.values(kinds).flatMap(kind => kind.list())
      // What was stored has this Clerk's own signature.
      const ticket = tickets.find(each => each.token === token)
      if (!token || !ticket) throw errors.ticket('ticket_invalid_code', 'Ticket is invalid.')
      if (ticket.expires_at <= Date.now()) throw errors.ticket('ticket_expired_code', 'Ticket has expired.')
      const { object, status } = ticket
      if (status === 'revoked') throw errors.ticket(`${object}_revoked_code`, 'Token has been revoked.')
      if (status === 'accepted') throw errors.ticket(`${object}_already_used_code`, 'Token has already been used.')
      return kinds[object as Kind].update(ticket.id, { status: 'accepted' })
    },
  }
}

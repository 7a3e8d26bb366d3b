import { getQuery, readBody } from 'h3'
import type { H3Event } from 'h3'
import type { Bans } from '../bans.ts'
import { errors } from '../errors.ts'
import type { Handshakes } from '../handshakes.ts'
import type { Invitations } from '../invitations.ts'
import type { JwtTemplates } from '../jwt-templates.ts'
import type { Keys } from '../keys.ts'
import type { Lockout } from '../lockout.ts'
import type { OrganizationParts } from '../organizations/index.ts'
import type { Passkeys } from '../passkeys.ts'
import type { MachineAuth } from '../machine-auth/index.ts'
import type { Restrictions } from '../restrictions.ts'
import type { Reverification } from '../reverification.ts'
import type { SecondFactors } from '../second-factors.ts'
import type { Sessions } from '../sessions.ts'
import type { Settings } from '../settings.ts'
import type { ExternalAccounts } from '../social/accounts.ts'
import type { Store } from '../store.ts'
import type { Tickets } from '../tickets.ts'
import type { Users } from '../users.ts'
import type { Waitlist } from '../waitlist.ts'
import type { Webhooks } from '../webhooks/index.ts'

/** The parts of Local Clerk that the routes of the Backend API use. */
export interface Context {
  store: Store
  users: Users
  organizations: OrganizationParts
  sessions: Sessions
  keys: Keys
  tickets: Tickets
  jwtTemplates: JwtTemplates
  restrictions: Restrictions
  settings: Settings
  invitations: Invitations
  waitlist: Waitlist
  lockout: Lockout
  bans: Bans
  reverification: Reverification
  secondFactors: SecondFactors
  passkeys: Passkeys
  externalAccounts: ExternalAccounts
  handshakes: Handshakes
  machineAuth: MachineAuth
  /** Where the browser finds Local Clerk's own pages. */
  controlUrl: string
  /** @throws ClerkError when the request lacks the secret key */
  authorize: (event: H3Event) => void
  webhooks: Webhooks
}

export async function readJSON<Body extends object>(event: H3Event): Promise<Body> {
  return await readBody<Body>(event) ?? {} as Body
}

/** A page of a list, in the envelope that newer versions of the SDK ask for. */
export function listed<Item>(event: H3Event, items: Item[]) {
  const { limit = 10, offset = 0, paginated } = getQuery(event)
  const data = items.slice(Number(offset), Number(offset) + Number(limit))
  return paginated === 'true' ? { data, total_count: items.length } : data
}

interface Named {
  name: string
}

/** A page of a list that is the newest first, unless the query orders it by name or by time. */
export function ordered<Item extends Named, JSON>(event: H3Event, newestFirst: Item[], toJSON: (item: Item) => JSON) {
  const { limit = 10, offset = 0, order_by = '-created_at' } = getQuery(event)
  // URLs decode a plus to a space.
  const [, sign, key] = /^([+-]?)(name|created_at)$/.exec(String(order_by).trim()) ?? []
  if (!key) throw errors.missing('order_by')
  const ascending = newestFirst.toReversed()
  if (key === 'name') ascending.sort((a, b) => a.name.localeCompare(b.name))
  const items = sign === '-' ? ascending.toReversed() : ascending
  const data = items.slice(Number(offset), Number(offset) + Number(limit)).map(toJSON)
  return { data, total_count: items.length }
}

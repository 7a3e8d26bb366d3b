import { readBody } from 'h3'
import type { H3Event } from 'h3'
import type { JwtTemplates } from '../jwt-templates.ts'
import type { Keys } from '../keys.ts'
import type { Restrictions } from '../restrictions.ts'
import type { Sessions } from '../sessions.ts'
import type { Store } from '../store.ts'
import type { Tickets } from '../tickets.ts'
import type { Users } from '../users.ts'

/** The parts of Local Clerk that the routes of the Backend API use. */
export interface Context {
  store: Store
  users: Users
  sessions: Sessions
  keys: Keys
  tickets: Tickets
  jwtTemplates: JwtTemplates
  restrictions: Restrictions
}

export async function readJSON<Body extends object>(event: H3Event): Promise<Body> {
  return await readBody<Body>(event) ?? {} as Body
}

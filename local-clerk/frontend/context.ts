import type { EmailLinks } from '../email-links.ts'
import type { Handshakes } from '../handshakes.ts'
import type { Invitations } from '../invitations.ts'
import type { JwtTemplates } from '../jwt-templates.ts'
import type { Keys } from '../keys.ts'
import type { Lockout } from '../lockout.ts'
import type { MachineAuth } from '../machine-auth/index.ts'
import type { OrganizationParts } from '../organizations/index.ts'
import type { Passkeys } from '../passkeys.ts'
import type { Reverification } from '../reverification.ts'
import type { Restrictions } from '../restrictions.ts'
import type { SecondFactors } from '../second-factors.ts'
import type { Sessions } from '../sessions.ts'
import type { Settings } from '../settings.ts'
import type { ExternalAccounts } from '../social/accounts.ts'
import type { Flows } from '../social/flows.ts'
import type { Store } from '../store.ts'
import type { Tickets } from '../tickets.ts'
import type { Users } from '../users.ts'
import type { Waitlist } from '../waitlist.ts'
import type { Webhooks } from '../webhooks/index.ts'

/** The parts of Local Clerk that the routes of the Frontend API use. */
export interface Context {
  store: Store
  users: Users
  organizations: OrganizationParts
  sessions: Sessions
  webhooks: Webhooks
  keys: Keys
  tickets: Tickets
  jwtTemplates: JwtTemplates
  restrictions: Restrictions
  settings: Settings
  invitations: Invitations
  waitlist: Waitlist
  lockout: Lockout
  emailLinks: EmailLinks
  secondFactors: SecondFactors
  passkeys: Passkeys
  externalAccounts: ExternalAccounts
  flows: Flows
  reverification: Reverification
  /** Under which the app proxies Local Clerk. */
  path: string
  handshakes: Handshakes
  machineAuth: MachineAuth
  /** Where the app's pages find Local Clerk: a path of their own origin, or a URL. */
  baseUrl: string
}

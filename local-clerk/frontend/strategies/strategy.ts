import type { H3Event } from 'h3'
import type { LinkSubject } from '../../email-links.ts'
import type { Client } from '../../sessions.ts'
import type { SettingsValues } from '../../settings.ts'
import type { Verification, VerificationStrategy } from '../../verifications.ts'
import type { User } from '../../webhooks/payloads/index.ts'
import type { Context } from '../context.ts'
import type { Form } from '../requests.ts'

/** What a user can prove who they are with. */
export interface Factor {
  strategy: VerificationStrategy
  email_address_id?: string
  phone_number_id?: string
  safe_identifier?: string
  primary?: boolean
  default?: boolean
}

/** What a sign-in is for: a user, or an identifier without an account. */
export type Account = Pick<
  User,
  | 'email_addresses' | 'phone_numbers' | 'primary_email_address_id' | 'primary_phone_number_id' | 'password_enabled'
  | 'passkeys' | 'totp_enabled' | 'backup_code_enabled'
> & { id: string | null }

/** A factor that is prepared, or attempted. */
export interface Step {
  context: Context
  event: H3Event
  client: Client
  account: Account
  form: Form
  /** What the user has typed to sign in. */
  identifier?: string | null
  /** What was prepared before. */
  verification: Verification | null
  /** What an emailed link verifies. Absent where no link can be sent. */
  linkSubject?: LinkSubject
}

/** A kind of factor. */
export interface Strategy {
  /** The factors of this kind that an account has. */
  factors: (account: Account, settings: SettingsValues) => Factor[]

  /** Sends a code or a link. Absent where there is nothing to send. */
  prepare?: (step: Step) => Verification

  /**
   * Checks the proof. Absent where it does not come from the page.
   * @throws ClerkError when it is wrong
   */
  attempt?: (step: Step) => Verification
}

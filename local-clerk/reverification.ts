import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import type { Session } from './sessions.ts'

const minute = 60_000

/** How long Clerk allows sensitive actions after a verification, in minutes. */
const verificationLifetime = 10

type VerifiedSession = Pick<Session, 'verified_at' | 'second_verified_at' | 'created_at'>
type Owner = Pick<UserJSON, 'two_factor_enabled'>

export type Reverification = ReturnType<typeof createReverification>

/** Tells how long ago a session was verified, by a clock that tests can move. */
export function createReverification() {
  let ahead = 0
  const now = () => Date.now() + ahead
  const minutesSince = (time: number) => Math.floor((now() - time) / minute)

  /** The claim `fva`: the minutes since each factor was verified, and -1 for a second factor that was not. */
  function factorAges(session: VerifiedSession, user: Owner): [number, number] {
    const { verified_at, second_verified_at, created_at } = session
    const second = user.two_factor_enabled && second_verified_at ? minutesSince(second_verified_at) : -1
    return [minutesSince(verified_at ?? created_at), second]
  }

  return {
    now,
    factorAges,

    /** Moves the clock ahead of the system's, in milliseconds. */
    setAhead(milliseconds: number): void {
      ahead = milliseconds
    },

    /**
     * Guards the actions on Clerk's list: changing the username, the password, the email addresses or the primary one,
     * adding an authenticator app, backup codes, a passkey or an account of a social provider, revoking another
     * device's session, and deleting the account.
     * @throws ClerkError when the last verification is too old: of the second factor, or else of the first
     */
    require(session: VerifiedSession, user: Owner): void {
      const [first, second] = factorAges(session, user)
      if ((second === -1 ? first : second) >= verificationLifetime) throw errors.reverificationRequired()
    },
  }
}

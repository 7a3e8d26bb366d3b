import { errors } from './errors.ts'
import type { Session } from './sessions.ts'

const minute = 60_000

/** How long Clerk allows sensitive actions after a verification. */
const verificationLifetime = 10 * minute

type VerifiedSession = Pick<Session, 'verified_at' | 'created_at'>

export type Reverification = ReturnType<typeof createReverification>

/** Tells how long ago a session was verified, by a clock that tests can move. */
export function createReverification() {
  let ahead = 0
  const now = () => Date.now() + ahead
  const ageOf = ({ verified_at, created_at }: VerifiedSession) => now() - (verified_at ?? created_at)

  return {
    now,

    /** Moves the clock ahead of the system's, in milliseconds. */
    setAhead(milliseconds: number): void {
      ahead = milliseconds
    },

    /** The claim `fva`: minutes since the first factor, and -1 because Local Clerk has no second factor. */
    factorAges(session: VerifiedSession): [number, number] {
      return [Math.floor(ageOf(session) / minute), -1]
    },

    /**
     * Guards the actions on Clerk's list: changing the username, the password, the email addresses or the primary one,
     * revoking another device's session, and deleting the account.
     * @throws ClerkError when the last verification is too old
     */
    require(session: Session): void {
      if (ageOf(session) >= verificationLifetime) throw errors.reverificationRequired()
    },
  }
}

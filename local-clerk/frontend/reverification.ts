import type { UserJSON } from '@clerk/backend'
import { defineEventHandler, readBody } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import type { Client, Session, Sessions } from '../sessions.ts'
import { newId } from '../store.ts'
import type { Users } from '../users.ts'

const minute = 60_000
/** For how long Clerk allows sensitive actions after a verification. */
const lifetime = 10 * minute

export type Reverification = ReturnType<typeof createReverification>

/** When each session was last verified, by a clock that a test can move. */
export function createReverification() {
  let ahead = 0
  const now = () => Date.now() + ahead
  const ageOf = (session: Pick<Session, 'verified_at' | 'created_at'>) => now() - (session.verified_at ?? session.created_at)
  return {
    now,
    setAhead: (milliseconds: number) => ahead = milliseconds,
    /** Minutes since the first factor and, which nobody has here, the second: the claim `fva`. */
    factorAges: (session: Pick<Session, 'verified_at' | 'created_at'>): [number, number] => [Math.floor(ageOf(session) / minute), -1],
    /**
     * Clerk's list: username, password, e-mail addresses and which is primary, other devices' sessions, the account.
     * @throws ClerkError when the session was verified too long ago
     */
    require(session: Session): void {
      if (ageOf(session) >= lifetime) throw errors.reverificationRequired()
    },
  }
}

interface Context {
  users: Users
  sessions: Sessions
  reverification: Reverification
  ownSession: (event: H3Event) => { client: Client, session: Session }
  sessionJSON: (session: Session, event: H3Event) => object
  firstFactorsOf: (user: UserJSON | undefined) => object[]
  /** @throws ClerkError when password or code is wrong */
  checkFactor: (user: UserJSON, body: Record<string, string | undefined>) => void
  mailCode: (user: UserJSON) => void
  answer: (event: H3Event, client: Client, response: unknown) => unknown
}

/** What ClerkJS asks for when a session is verified again. */
export function addReverification(router: Router, context: Context): void {
  const { users, sessions, reverification, ownSession, sessionJSON, firstFactorsOf, checkFactor, mailCode, answer } = context

  function respond(event: H3Event, status: 'needs_first_factor' | 'complete', strategy?: string) {
    const { client, session } = ownSession(event)
    return answer(event, client, {
      object: 'session_verification', id: newId('sver'), status, level: 'first_factor',
      session: sessionJSON(session, event),
      first_factor_verification: strategy
        ? { object: 'verification', status: status === 'complete' ? 'verified' : 'unverified', strategy, attempts: 0, expire_at: Date.now() + lifetime }
        : null,
      second_factor_verification: null,
      supported_first_factors: firstFactorsOf(users.get(session.user_id)), supported_second_factors: null,
    })
  }

  router.post('/v1/client/sessions/:id/verify', defineEventHandler(event => respond(event, 'needs_first_factor')))
  router.post('/v1/client/sessions/:id/verify/prepare_first_factor', defineEventHandler((event) => {
    mailCode(users.get(ownSession(event).session.user_id))
    return respond(event, 'needs_first_factor', 'email_code')
  }))
  router.post('/v1/client/sessions/:id/verify/attempt_first_factor', defineEventHandler(async (event) => {
    const { session } = ownSession(event)
    const body = await readBody<Record<string, string | undefined>>(event) ?? {}
    checkFactor(users.get(session.user_id), body)
    session.verified_at = reverification.now()
    sessions.save(session)
    return respond(event, 'complete', body.strategy)
  }))
}

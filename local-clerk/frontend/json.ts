import type { UserJSON } from '@clerk/backend'
import { identifierOf } from '../identifications.ts'
import type { Session } from '../sessions.ts'
import { verificationJSON } from '../verifications.ts'
import type { Verification } from '../verifications.ts'
import type { Context } from './context.ts'
import { membershipsJSON } from './organizations/json.ts'

// Clerk's objects, as the Frontend API sends them to ClerkJS.

type Identification = UserJSON['email_addresses'][number] | UserJSON['phone_numbers'][number]

/** An email address or phone number, with the state that its verification has by now. */
export function identificationJSON<Kind extends Identification>(identification: Kind, now: number): Kind {
  const verification = identification.verification as Verification | null
  return Object.assign({ ...identification }, { verification: verification && verificationJSON(verification, now) })
}

/** A user without private metadata, which never reaches a browser. */
export function userJSON(context: Context, { private_metadata: _, ...user }: UserJSON, origin: string) {
  return {
    ...user,
    image_url: new URL(user.image_url, origin).href,
    organization_memberships: membershipsJSON(context, user.id, origin),
    email_addresses: user.email_addresses.map(email => ({ ...email, matches_sso_connection: false })),
  }
}

export function userDataJSON(user: UserJSON, origin: string) {
  return {
    first_name: user.first_name,
    last_name: user.last_name,
    image_url: new URL(user.image_url, origin).href,
    has_image: user.has_image,
  }
}

function publicUserDataJSON(user: UserJSON, origin: string) {
  return {
    ...userDataJSON(user, origin),
    identifier: identifierOf(user),
    user_id: user.id,
  }
}

export function sessionJSON(context: Context, session: Session, origin: string) {
  const { users, sessions, reverification } = context
  const user = users.get(session.user_id)
  return {
    ...sessions.toJSON(session),
    factor_verification_age: reverification.factorAges(session, user),
    last_active_token: { object: 'token', jwt: sessions.token(session, origin) },
    user: userJSON(context, user, origin),
    public_user_data: publicUserDataJSON(user, origin),
  }
}

/** A session in the list of devices in `<UserProfile>`. */
export function sessionWithActivityJSON({ sessions }: Context, session: Session) {
  return {
    ...sessions.toJSON(session),
    user: null,
    latest_activity: { object: 'session_activity', ...session.activity },
  }
}

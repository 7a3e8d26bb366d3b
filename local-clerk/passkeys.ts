import { randomBytes } from 'node:crypto'
import type { UserJSON } from '@clerk/backend'
import { ClerkError, errors } from './errors.ts'
import { createObjects } from './objects.ts'
import type { Stored } from './objects.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import { primaryEmail } from './users.ts'
import type { Users } from './users.ts'
import { publicKeyParameters, verifyAssertion, verifyRegistration } from './webauthn.ts'
import type { Ceremony, Credential, PublicKeyCredential } from './webauthn.ts'
import type { User } from './webhooks/payloads/index.ts'

const lifetime = 10 * 60_000

interface PasskeyFields {
  user_id: string
  name: string
  /** Null once the passkey is verified. */
  challenge: string | null
  credential: Credential | null
  last_used_at: number | null
}

type Passkey = Stored<PasskeyFields>
export type Passkeys = ReturnType<typeof createPasskeys>

/** A challenge for the browser to sign, in base64url. */
function newChallenge(): string {
  return randomBytes(32).toString('base64url')
}

/** The users' passkeys. A user has those that are verified, and each change of one is a change of the user. */
export function createPasskeys(store: Store, users: Users, settings: Settings) {
  const passkeys = createObjects<PasskeyFields>(store, 'passkey', 'idn')

  const verified = () => passkeys.list().filter(({ credential }) => credential)
  const ofUser = (userId: string) => verified().filter(({ user_id }) => user_id === userId)

  /** @throws ClerkError when the user has no such passkey */
  function get(userId: string, id: string): Passkey {
    const passkey = passkeys.get(id)
    if (passkey.user_id !== userId) throw errors.notFound('passkey')
    return passkey
  }

  function showPasskeys(user: User): void {
    user.passkeys = ofUser(user.id).map(passkey => toJSON(passkey))
  }

  /** Saves a change, which is one of the user too. */
  function update(id: string, fields: Partial<PasskeyFields>): Passkey {
    return store.transaction(() => {
      const passkey = passkeys.update(id, fields)
      users.change(passkey.user_id, showPasskeys)
      return passkey
    })
  }

  const descriptors = (list: Passkey[]) => list.map(({ credential }) => ({ type: 'public-key', id: credential!.id }))

  return {
    get,

    /** Begins to add a passkey, which the browser creates by the options that `creationOptions` returns. */
    create(userId: string, name: string): Passkey {
      return passkeys.create({ user_id: userId, name, challenge: newChallenge(), credential: null, last_used_at: null })
    },

    creationOptions({ challenge }: Passkey, user: UserJSON, rpId: string) {
      const name = primaryEmail(user)?.email_address ?? user.username ?? user.id
      return {
        rp: { id: rpId, name: settings.current().application_name },
        user: { id: Buffer.from(user.id).toString('base64url'), name, displayName: name },
        challenge,
        pubKeyCredParams: publicKeyParameters,
        excludeCredentials: descriptors(ofUser(user.id)),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: lifetime,
      }
    },

    /** @param userId  whose passkeys to ask for; without one, the browser offers all that it has for this host */
    requestOptions(rpId: string, userId?: string | null) {
      return {
        challenge: newChallenge(),
        rpId,
        allowCredentials: userId ? descriptors(ofUser(userId)) : [],
        userVerification: 'required',
        timeout: lifetime,
      }
    },

    /** @throws ClerkError when what the browser has created is not acceptable */
    verify({ id, challenge }: Passkey, created: string | undefined, ceremony: Omit<Ceremony, 'challenge'>): Passkey {
      const credential = attempt('passkey_registration_failure', () => {
        if (!challenge) throw new Error('The passkey is verified already')
        return verifyRegistration(parse(created), { ...ceremony, challenge })
      })
      if (verified().some(other => other.credential!.id === credential.id)) throw errors.taken('passkey')
      return update(id, { credential, challenge: null })
    },

    /**
     * Checks a sign-in, and notes when the passkey was used.
     * @returns the id of the user whose passkey it is
     * @throws ClerkError when nobody has the passkey, or another user than the expected one, or it is not acceptable
     */
    authenticate(signed: string | undefined, ceremony: Ceremony, expectedUser?: string | null): string {
      const given = attempt('passkey_authentication_failure', () => parse(signed))
      const passkey = verified().find(({ credential }) => credential!.id === given.id)
      if (!passkey || (expectedUser && passkey.user_id !== expectedUser)) throw errors.passkeyUnknown()
      const credential = passkey.credential!
      const counter = attempt('passkey_authentication_failure', () => verifyAssertion(given, credential, ceremony))
      passkeys.update(passkey.id, { credential: { ...credential, counter }, last_used_at: Date.now() })
      users.record(passkey.user_id, showPasskeys)
      return passkey.user_id
    },

    rename: (userId: string, id: string, name: string) => update(get(userId, id).id, { name }),

    remove(userId: string, id: string) {
      get(userId, id)
      return store.transaction(() => {
        const deleted = passkeys.remove(id)
        users.change(userId, showPasskeys)
        return deleted
      })
    },
  }
}

/** @param nonce  the options for the browser, of a passkey that is not verified */
export function toJSON(passkey: Passkey, nonce?: object) {
  const { object, id, name, credential, last_used_at, created_at, updated_at } = passkey
  return {
    object,
    id,
    name,
    last_used_at,
    verification: {
      object: 'verification_passkey',
      status: credential ? 'verified' : 'unverified',
      strategy: 'passkey',
      attempts: credential ? 1 : 0,
      expire_at: created_at + lifetime,
      ...nonce && { nonce: JSON.stringify(nonce) },
    },
    created_at,
    updated_at,
  }
}

function parse(text: string | undefined): PublicKeyCredential {
  const credential = JSON.parse(text ?? '')
  if (!credential?.response) throw new Error('This is no credential')
  return credential
}

/** Answers the browser what is wrong with its credential. */
function attempt<Result>(code: string, check: () => Result): Result {
  try {
    return check()
  }
  catch (error) {
    throw new ClerkError(422, code, 'Passkey verification failed', { longMessage: (error as Error).message })
  }
}

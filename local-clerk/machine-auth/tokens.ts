import { randomBytes } from 'node:crypto'
import { errors } from '../errors.ts'
import { createObjects } from '../objects.ts'
import type { Stored } from '../objects.ts'
import type { Store } from '../store.ts'

/** What Clerk's opaque tokens have in common: API keys, M2M tokens and OAuth access tokens. */
export interface TokenFields {
  id: string
  /** The id of who it stands for: a user, an organization or a machine. */
  subject: string
  scopes: string[]
  /** The token itself. */
  secret: string
  revoked: boolean
  revocation_reason: string | null
  /** In milliseconds since the epoch; null for a token that never expires. */
  expiration: number | null
}

const randomHex = () => randomBytes(16).toString('hex')

/** In milliseconds since the epoch, of a token that lasts some seconds from now. */
export const expirationIn = (seconds: number | null) => seconds === null ? null : Date.now() + seconds * 1_000

/** A new token that is not revoked. */
export const newToken = (prefix: string) => ({
  id: `${prefix}_${randomHex()}`,
  secret: `${prefix}_${randomHex()}`,
  revoked: false,
  revocation_reason: null,
})

/**
 * Clerk's opaque tokens of one kind.
 * @param object  Clerk's name of the kind
 */
export function createTokens<Fields extends TokenFields>(store: Store, object: string) {
  // Each has an id of its own form.
  const tokens = createObjects<Fields>(store, object, '')
  const isExpired = ({ expiration }: Pick<TokenFields, 'expiration'>) => expiration !== null && expiration <= Date.now()
  const isValid = (token: TokenFields) => !token.revoked && !isExpired(token)

  return {
    ...tokens,
    isExpired,
    isValid,

    /** @throws ClerkError when it is unknown, revoked or expired: Clerk's SDKs accept whatever is found */
    verify(secret: string): Stored<Fields> {
      const found = tokens.list().find(token => token.secret === secret)
      if (!found || !isValid(found)) throw errors.notFound(object.replaceAll('_', ' '))
      return found
    },

    revoke: (id: string, reason: string | null = null) =>
      tokens.update(id, { revoked: true, revocation_reason: reason } as Partial<Fields>),

    /** As the API answers it: without its secret. */
    toJSON: ({ secret: _, ...token }: Stored<Fields>) => ({ ...token, expired: isExpired(token) }),
  }
}

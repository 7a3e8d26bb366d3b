import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import { accountHeader, otherAccount } from '../../shared/account.ts'
import { httpError } from './errors.ts'

/** The signed-in user, from the session token. A value is null unless the token has its custom claim (README). */
export interface Identity {
  clerk_id: string
  name: string | null
  email: string | null
  picture: string | null
  isAdmin: boolean
}

/**
 * Returns the signed-in user. A page names the account that it shows, because another account may have signed in
 * since, in another tab: then the cookie is that account's. An API client names no account.
 * @throws 401 when nobody is signed in, 409 when the request is meant for another account
 */
export function requireUser(event: H3Event): Identity {
  // Without Clerk's keys, its middleware does not run.
  const { userId, sessionClaims } = event.context.auth?.() ?? {}
  if (!userId) throw httpError(401, 'Sign in first')
  const meantFor = getRequestHeader(event, accountHeader)
  if (meantFor !== undefined && meantFor !== userId) {
    throw httpError(409, 'Another account is signed in now. Nothing was read or changed', { code: otherAccount })
  }
  const text = (claim: unknown) => typeof claim === 'string' && claim ? claim : null
  const { name, email, picture, metadata } = sessionClaims as Record<string, unknown>
  return {
    clerk_id: userId,
    name: text(name),
    email: text(email),
    picture: text(picture),
    isAdmin: (metadata as { role?: unknown } | undefined)?.role === 'admin',
  }
}

/** @throws 401 and 409 as requireUser does, 403 when the user is not an admin */
export function requireAdmin(event: H3Event): Identity {
  const user = requireUser(event)
  if (!user.isAdmin) {
    const how = 'public metadata { "role": "admin" }, and the session claim "metadata"'
    throw httpError(403, `Only admins may do this. An admin has ${how}`)
  }
  return user
}

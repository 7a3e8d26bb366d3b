import { createHash, timingSafeEqual } from 'node:crypto'
import type { H3Event } from 'h3'
import { getRequestHeader, setResponseHeader } from 'h3'
import { httpError } from './errors.ts'

/** Digests have one length, which `timingSafeEqual` needs. */
const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Admits a machine that sends the token of a variable as a bearer token.
 * @throws 404 when the variable is not set, 401 when the token is another one
 */
export function requireBearer(event: H3Event, token: string | undefined): void {
  if (!token) throw httpError(404, `${event.path.split('?')[0]} is switched off`)
  const header = getRequestHeader(event, 'authorization') ?? ''
  if (timingSafeEqual(digest(header), digest(`Bearer ${token}`))) return
  setResponseHeader(event, 'www-authenticate', 'Bearer')
  throw httpError(401, 'Send the token as Authorization: Bearer …')
}

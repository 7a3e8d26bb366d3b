import { isDeepStrictEqual } from 'node:util'
import { defineEventHandler, getRequestHeader, getRouterParam, setResponseStatus } from 'h3'
import type { H3Event, Router } from 'h3'
import { z } from 'zod'
import { ClerkError, errors } from '../../errors.ts'
import { queryOf, readInput } from '../../machine-auth/input.ts'
import type { Machine } from '../../machine-auth/machines.ts'
import { expirationIn, newToken } from '../../machine-auth/tokens.ts'
import type { TokenFields } from '../../machine-auth/tokens.ts'
import type { Context } from '../context.ts'

const created = z.strictObject({
  token_format: z.enum(['opaque', 'jwt']).default('opaque'),
  seconds_until_expiration: z.number().positive().nullable().default(null),
  claims: z.unknown().default(null),
  min_remaining_ttl_seconds: z.int().min(0).optional(),
})
const flag = z.enum(['true', 'false']).default('false')
const listQuery = z.object({
  subject: z.string(),
  revoked: flag,
  expired: flag,
  limit: z.coerce.number().min(1).max(100).default(10),
  offset: z.coerce.number().min(0).default(0),
})

/** The tokens with which machines call each other. */
export function addM2MTokenRoutes(router: Router, { machineAuth, keys, authorize }: Context): void {
  const { machines, m2mTokens } = machineAuth

  /**
   * The machine whose secret key the request has, or undefined for the secret key of the instance.
   * @throws ClerkError when it has neither
   */
  function callerOf(event: H3Event): Machine | undefined {
    const [, secret = ''] = /^Bearer (.+)$/.exec(getRequestHeader(event, 'authorization') ?? '') ?? []
    const machine = machines.ofSecret(secret)
    if (!machine) authorize(event)
    return machine
  }

  function issue(machine: Machine, { claims, min_remaining_ttl_seconds, ...input }: z.infer<typeof created>) {
    const seconds = input.seconds_until_expiration ?? machine.default_token_ttl
    const scopes = machine.scopes.map(({ to_machine_id }) => to_machine_id)
    const fields = { ...newToken('mt'), subject: machine.id, scopes, claims, expiration: expirationIn(seconds) }
    if (input.token_format === 'jwt') return unstored(fields, seconds)
    if (min_remaining_ttl_seconds !== undefined) {
      if (min_remaining_ttl_seconds >= seconds) {
        throw new ClerkError(400, 'bad_request', 'min_remaining_ttl_seconds must be less than the token\'s lifetime')
      }
      const known = m2mTokens.list().find(token =>
        token.subject === machine.id
        && m2mTokens.isValid(token)
        && isDeepStrictEqual([token.claims, token.scopes], [claims, scopes])
        && token.expiration! >= Date.now() + min_remaining_ttl_seconds * 1_000)
      if (known) return withToken(known)
    }
    return withToken(m2mTokens.create({ ...fields, last_used_at: null }))
  }

  const withToken = (token: ReturnType<typeof m2mTokens.get>) => ({ ...m2mTokens.toJSON(token), token: token.secret })

  /** A token that any service can verify by itself, so it cannot be revoked. */
  function unstored({ secret: _, ...fields }: TokenFields & { claims: unknown }, seconds: number) {
    const now = Date.now()
    const iat = Math.floor(now / 1_000)
    const { claims, subject: sub, id: jti } = fields
    const times = { exp: iat + seconds, iat, nbf: iat }
    const token = keys.sign({ ...claims as object | null, iss: keys.issuer, sub, jti, ...times }, 'm2m')
    const answered = { last_used_at: null, expired: false, created_at: now, updated_at: now }
    return { object: 'machine_to_machine_token', ...fields, ...answered, token }
  }

  router.post('/m2m_tokens', defineEventHandler(async (event) => {
    const machine = callerOf(event)
    // Only a machine has tokens.
    if (!machine) throw errors.wrongKey()
    const token = issue(machine, await readInput(event, created))
    setResponseStatus(event, 201)
    return token
  }))

  router.get('/m2m_tokens', defineEventHandler((event) => {
    const machine = callerOf(event)
    const { subject, revoked, expired, limit, offset } = queryOf(event, listQuery)
    if (machine && machine.id !== subject) throw new ClerkError(403, 'forbidden', 'These are tokens of another machine')
    machines.get(subject)
    const found = m2mTokens.list().filter(token =>
      token.subject === subject
      && (revoked === 'true' || !token.revoked)
      && (expired === 'true' || !m2mTokens.isExpired(token)))
    return { m2m_tokens: found.slice(offset, offset + limit).map(m2mTokens.toJSON), total_count: found.length }
  }))

  router.post('/m2m_tokens/verify', defineEventHandler(async (event) => {
    const machine = callerOf(event)
    const { token: secret } = await readInput(event, z.strictObject({ token: z.string() }))
    const token = m2mTokens.verify(secret)
    if (machine && !token.scopes.includes(machine.id)) throw errors.notFound('machine to machine token')
    return m2mTokens.toJSON(m2mTokens.update(token.id, { last_used_at: Date.now() }))
  }))

  router.post('/m2m_tokens/:id/revoke', defineEventHandler(async (event) => {
    const machine = callerOf(event)
    const { revocation_reason } = await readInput(event, z.object({ revocation_reason: z.string().nullish() }))
    const { id, subject } = m2mTokens.get(getRouterParam(event, 'id') ?? '')
    if (machine && machine.id !== subject) throw errors.notFound('machine to machine token')
    return m2mTokens.toJSON(m2mTokens.revoke(id, revocation_reason))
  }))
}

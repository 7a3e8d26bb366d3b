import { z } from 'zod'
import { ClerkError } from '../errors.ts'
import type { MachineAuth } from './index.ts'
import { expirationIn, newToken } from './tokens.ts'

const lifetime = z.number().positive().nullable()
const description = z.string().max(255).nullable()
const scopes = z.array(z.string())

/** What a new API key is made of, in both APIs. */
export const apiKeyInput = z.strictObject({
  type: z.string().min(3).max(25).default('api_key'),
  name: z.string().min(3).regex(/^(\S(.*\S)?)?$/),
  description: description.default(null),
  subject: z.string().regex(/^(user|org|mch|scim)_\w+$/),
  claims: z.unknown().default(null),
  scopes: scopes.default([]),
  created_by: z.string().nullable().default(null),
  seconds_until_expiration: lifetime.default(null),
})

export const apiKeyChanges = z.strictObject({
  description: description.optional(),
  subject: z.string().optional(),
  claims: z.unknown().optional(),
  scopes: scopes.optional(),
  seconds_until_expiration: lifetime.optional(),
})

export const apiKeyQuery = z.object({
  type: z.string().default('api_key'),
  subject: z.string().min(1),
  include_invalid: z.enum(['true', 'false']).default('false'),
  query: z.string().default(''),
  limit: z.coerce.number().min(1).max(100).default(10),
  offset: z.coerce.number().min(0).default(0),
})

/** @throws ClerkError when the subject has a valid key of that name */
export function createApiKey({ apiKeys }: MachineAuth, input: z.infer<typeof apiKeyInput>) {
  const { seconds_until_expiration, ...fields } = input
  const isTaken = apiKeys.list().some(key =>
    key.subject === fields.subject && key.name === fields.name && apiKeys.isValid(key))
  if (isTaken) throw new ClerkError(409, 'token_creation_conflict', `The name ${fields.name} is taken`)
  const expiration = expirationIn(seconds_until_expiration)
  const key = apiKeys.create({ ...newToken('ak'), ...fields, expiration, last_used_at: null })
  return { ...apiKeys.toJSON(key), secret: key.secret }
}

export function listApiKeys({ apiKeys }: MachineAuth, query: z.infer<typeof apiKeyQuery>) {
  const found = apiKeys.list().filter(key =>
    key.subject === query.subject
    && key.type === query.type
    && key.name.includes(query.query)
    && (query.include_invalid === 'true' || apiKeys.isValid(key)))
  const data = found.slice(query.offset, query.offset + query.limit).map(apiKeys.toJSON)
  return { data, total_count: found.length }
}

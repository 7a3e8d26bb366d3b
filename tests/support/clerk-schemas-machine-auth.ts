import { z } from 'zod'

/*
 * Clerk's answers about machines, their tokens, API keys and OAuth applications, after its published description of the
 * Backend API (version 2026-05-12).
 */

const time = z.number().min(0)
const text = z.string().nullable()
const listOf = (item: z.ZodType) => z.strictObject({ data: z.array(item), total_count: z.int() })

const machineSummary = z.strictObject({
  object: z.literal('machine'),
  id: z.string().regex(/^mch_\w{27}$/),
  name: z.string(),
  instance_id: z.string(),
  default_token_ttl: z.int().min(1),
  created_at: time,
  updated_at: time,
})
const machine = machineSummary.extend({ scoped_machines: z.array(machineSummary) })
const scope = z.strictObject({
  object: z.literal('machine_scope'),
  from_machine_id: z.string(),
  to_machine_id: z.string(),
})

const tokenShape = {
  subject: z.string(),
  scopes: z.array(z.string()),
  revoked: z.boolean(),
  revocation_reason: text,
  expired: z.boolean(),
  expiration: time.nullable(),
  created_at: time,
  updated_at: time,
}
const m2mToken = z.strictObject({
  object: z.literal('machine_to_machine_token'),
  id: z.string().regex(/^mt_[0-9A-Fa-f]{32}$/),
  claims: z.unknown(),
  last_used_at: time.nullable(),
  ...tokenShape,
})
const apiKey = z.strictObject({
  object: z.literal('api_key'),
  id: z.string().regex(/^ak_[0-9A-Fa-f]{32}$/),
  type: z.string().min(3),
  name: z.string(),
  description: text,
  claims: z.unknown(),
  created_by: text,
  last_used_at: time.nullable(),
  ...tokenShape,
})

const oauthApplication = z.strictObject({
  object: z.literal('oauth_application'),
  id: z.string(),
  instance_id: z.string(),
  name: z.string(),
  client_id: z.string(),
  client_uri: text,
  client_image_url: text,
  dynamically_registered: z.boolean(),
  consent_screen_enabled: z.boolean(),
  pkce_required: z.boolean(),
  public: z.boolean(),
  scopes: z.string(),
  redirect_uris: z.array(z.string()),
  callback_url: z.string(),
  authorize_url: z.url(),
  token_fetch_url: z.url(),
  user_info_url: z.url(),
  discovery_url: z.url(),
  token_introspection_url: z.url(),
  created_at: time,
  updated_at: time,
})

export const machineAuth = {
  machine,
  newMachine: machine.extend({ secret_key: z.string().startsWith('ak_') }),
  machines: listOf(machine),
  machineSecret: z.strictObject({ object: z.literal('machine_secret_key'), secret: z.string().startsWith('ak_') }),
  scope: scope.extend({ created_at: time }),
  scopeDeleted: scope.extend({ deleted: z.literal(true) }),
  m2mToken,
  newM2MToken: m2mToken.extend({ token: z.string() }),
  m2mTokens: z.strictObject({ m2m_tokens: z.array(m2mToken), total_count: z.int() }),
  apiKey,
  newApiKey: apiKey.extend({ secret: z.string().startsWith('ak_') }),
  apiKeys: listOf(apiKey),
  apiKeySecret: z.strictObject({ secret: z.string() }),
  oauthApplication,
  newOAuthApplication: oauthApplication.extend({ client_secret: z.string() }),
  oauthApplications: listOf(oauthApplication),
  oauthToken: z.strictObject({
    object: z.literal('clerk_idp_oauth_access_token'),
    id: z.string().regex(/^oat_[0-9A-Fa-f]{32}$/),
    client_id: z.string(),
    ...tokenShape,
  }),
}

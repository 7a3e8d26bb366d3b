import type { Store } from '../store.ts'
import { createMachines } from './machines.ts'
import { createTokens, expirationIn, newToken } from './tokens.ts'
import type { TokenFields } from './tokens.ts'

interface ApiKeyFields extends TokenFields {
  type: string
  name: string
  description: string | null
  claims: unknown
  created_by: string | null
  last_used_at: number | null
}

interface M2MTokenFields extends TokenFields {
  claims: unknown
  last_used_at: number | null
}

interface OAuthTokenFields extends TokenFields {
  client_id: string
}

export interface OAuthTokenInput {
  subject: string
  client_id: string
  scopes: string[]
  /** How long it lasts. */
  seconds: number
}

export type MachineAuth = ReturnType<typeof createMachineAuth>

/** How programs authenticate: machines with M2M tokens, users' API keys, and OAuth applications' access tokens. */
export function createMachineAuth(store: Store) {
  const oauthTokens = createTokens<OAuthTokenFields>(store, 'clerk_idp_oauth_access_token')
  return {
    machines: createMachines(store),
    m2mTokens: createTokens<M2MTokenFields>(store, 'machine_to_machine_token'),
    apiKeys: createTokens<ApiKeyFields>(store, 'api_key'),
    oauthTokens: {
      ...oauthTokens,

      /** As if a user had let an OAuth application in. */
      issue: ({ seconds, ...fields }: OAuthTokenInput) =>
        oauthTokens.create({ ...newToken('oat'), ...fields, expiration: expirationIn(seconds) }),
    },
  }
}

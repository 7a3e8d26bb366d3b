import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { z } from 'zod'
import { ClerkError, errors } from '../errors.ts'
import { apiKeyInput, apiKeyQuery, createApiKey, listApiKeys } from '../machine-auth/api-keys.ts'
import { queryOf, readInput } from '../machine-auth/input.ts'
import type { Context } from './context.ts'
import { requireSession } from './requests.ts'

/** The user's own API keys, in `<APIKeys>`. Their paths have no version, as Clerk's own. */
export function addApiKeyRoutes(router: Router, context: Context): void {
  const { machineAuth, settings } = context
  const { apiKeys } = machineAuth

  /** @throws ClerkError when API keys are off, or are those of somebody else */
  function requireSubject(event: H3Event, subject: string): string {
    const { user } = requireSession(context, event)
    if (!settings.current().api_keys) throw errors.notFound('API key')
    if (subject !== user.id) throw new ClerkError(403, 'forbidden', 'These are API keys of somebody else')
    return user.id
  }

  router.get('/api_keys', defineEventHandler((event) => {
    const query = queryOf(event, apiKeyQuery)
    requireSubject(event, query.subject)
    return listApiKeys(machineAuth, query)
  }))
  router.post('/api_keys', defineEventHandler(async (event) => {
    const input = await readInput(event, apiKeyInput)
    return createApiKey(machineAuth, { ...input, created_by: requireSubject(event, input.subject) })
  }))
  router.post('/api_keys/:id/revoke', defineEventHandler(async (event) => {
    const { id, subject } = apiKeys.get(getRouterParam(event, 'id') ?? '')
    requireSubject(event, subject)
    const { revocation_reason } = await readInput(event, z.object({ revocation_reason: z.string().nullish() }))
    return apiKeys.toJSON(apiKeys.revoke(id, revocation_reason))
  }))
}

import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { z } from 'zod'
import { apiKeyChanges, apiKeyInput, apiKeyQuery, createApiKey, listApiKeys } from '../../machine-auth/api-keys.ts'
import { queryOf, readInput } from '../../machine-auth/input.ts'
import { expirationIn } from '../../machine-auth/tokens.ts'
import type { Context } from '../context.ts'

const idInPath = (event: H3Event) => getRouterParam(event, 'id') ?? ''

/** The keys with which the programs of users call the app. */
export function addApiKeyRoutes(router: Router, { machineAuth }: Context): void {
  const { apiKeys } = machineAuth

  router.get('/api_keys', defineEventHandler(event => listApiKeys(machineAuth, queryOf(event, apiKeyQuery))))
  router.post('/api_keys', defineEventHandler(async (event) => {
    return createApiKey(machineAuth, await readInput(event, apiKeyInput))
  }))
  router.post('/api_keys/verify', defineEventHandler(async (event) => {
    const { secret } = await readInput(event, z.strictObject({ secret: z.string() }))
    const { id } = apiKeys.verify(secret)
    return apiKeys.toJSON(apiKeys.update(id, { last_used_at: Date.now() }))
  }))
  router.get('/api_keys/:id', defineEventHandler(event => apiKeys.toJSON(apiKeys.get(idInPath(event)))))
  router.patch('/api_keys/:id', defineEventHandler(async (event) => {
    const { seconds_until_expiration: seconds, ...fields } = await readInput(event, apiKeyChanges)
    const expiration = seconds === undefined ? {} : { expiration: expirationIn(seconds) }
    return apiKeys.toJSON(apiKeys.update(idInPath(event), { ...fields, ...expiration }))
  }))
  router.delete('/api_keys/:id', defineEventHandler(event => apiKeys.remove(idInPath(event))))
  router.get('/api_keys/:id/secret', defineEventHandler(event => ({ secret: apiKeys.get(idInPath(event)).secret })))
  router.post('/api_keys/:id/revoke', defineEventHandler(async (event) => {
    const { revocation_reason } = await readInput(event, z.object({ revocation_reason: z.string().nullish() }))
    return apiKeys.toJSON(apiKeys.revoke(idInPath(event), revocation_reason))
  }))
}

import { defineEventHandler, getRouterParam } from 'h3'
import type { H3Event, Router } from 'h3'
import { errors } from '../errors.ts'
import { listed, readJSON } from './context.ts'
import type { Context } from './context.ts'

const param = (event: H3Event, name: string) => getRouterParam(event, name) ?? ''

/** What users sign in with beside their identifications and passwords. */
export function addUserFactorRoutes(router: Router, context: Context): void {
  const { users, secondFactors, passkeys, externalAccounts } = context
  const userInPath = (event: H3Event) => users.get(param(event, 'id'))

  router.post('/v1/users/:id/verify_totp', defineEventHandler(async (event) => {
    const { id } = userInPath(event)
    const { code = '' } = await readJSON<{ code?: string }>(event)
    return { verified: true, code_type: secondFactors.check(id, code) }
  }))

  router.delete('/v1/users/:id/mfa', defineEventHandler((event) => {
    const { id } = userInPath(event)
    secondFactors.removeAll(id)
    return { user_id: id }
  }))

  router.delete('/v1/users/:id/totp', defineEventHandler((event) => {
    const { id } = userInPath(event)
    secondFactors.removeTotp(id)
    return { user_id: id }
  }))

  router.delete('/v1/users/:id/backup_code', defineEventHandler((event) => {
    const { id } = userInPath(event)
    secondFactors.removeBackupCodes(id)
    return { user_id: id }
  }))

  router.delete('/v1/users/:id/passkeys/:passkey', defineEventHandler((event) => {
    return passkeys.remove(userInPath(event).id, param(event, 'passkey'))
  }))

  router.delete('/v1/users/:id/external_accounts/:account', defineEventHandler((event) => {
    return externalAccounts.remove(userInPath(event).id, param(event, 'account'))
  }))

  // Nobody has one: Local Clerk signs nobody in by a wallet.
  router.delete('/v1/users/:id/web3_wallets/:wallet', defineEventHandler((event) => {
    userInPath(event)
    throw errors.notFound('web3 wallet')
  }))

  router.get('/v1/users/:id/oauth_access_tokens/:provider', defineEventHandler((event) => {
    const { external_accounts } = userInPath(event)
    const connected = external_accounts.filter(({ provider }) => provider === param(event, 'provider'))
    return listed(event, connected.map(externalAccounts.accessToken))
  }))
}

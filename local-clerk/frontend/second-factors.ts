import { defineEventHandler } from 'h3'
import type { Router } from 'h3'
import { errors } from '../errors.ts'
import { totpUri } from '../totp.ts'
import { primaryEmail } from '../users.ts'
import type { Context } from './context.ts'
import { answer, readForm, requireSession, requireVerifiedSession } from './requests.ts'

/** The signed-in user's authenticator app and backup codes. */
export function addSecondFactorRoutes(router: Router, context: Context): void {
  const { secondFactors, settings } = context

  router.post('/v1/me/totp', defineEventHandler((event) => {
    const { client, user } = requireVerifiedSession(context, event)
    if (!settings.current().second_factors.includes('totp')) throw errors.strategyForUserInvalid()
    const { user_id: _, ...totp } = secondFactors.createTotp(user.id)
    const account = primaryEmail(user)?.email_address ?? user.username ?? user.id
    const uri = totpUri(totp.secret, settings.current().application_name, account)
    return answer(context, event, client, { ...totp, uri })
  }))

  router.post('/v1/me/totp/attempt_verification', defineEventHandler(async (event) => {
    const { client, user } = requireSession(context, event)
    const { code = '' } = await readForm(event)
    const { user_id: _, ...totp } = secondFactors.verifyTotp(user.id, code)
    const backup_codes = secondFactors.firstBackupCodes(user.id) ?? null
    // The secret is shown only once, before it is verified.
    return answer(context, event, client, { ...totp, secret: null, uri: null, backup_codes })
  }))

  router.delete('/v1/me/totp', defineEventHandler((event) => {
    const { client, user } = requireSession(context, event)
    return answer(context, event, client, secondFactors.removeTotp(user.id))
  }))

  router.post('/v1/me/backup_codes', defineEventHandler((event) => {
    const { client, user } = requireVerifiedSession(context, event)
    const { user_id: _, ...codes } = secondFactors.createBackupCodes(user.id)
    return answer(context, event, client, codes)
  }))
}

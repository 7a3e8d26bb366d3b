import { errors } from '../../errors.ts'
import { verified } from '../../verifications.ts'
import type { Strategy } from './strategy.ts'

// Codes that are not sent: a user who has a second factor is known by now.

export const totp: Strategy = {
  factors: ({ totp_enabled }, { second_factors }) =>
    totp_enabled && second_factors.includes('totp') ? [{ strategy: 'totp' }] : [],

  attempt({ context: { secondFactors, reverification }, account, form }) {
    if (!secondFactors.isTotp(account.id!, form.code ?? '')) throw errors.codeIncorrect()
    return verified('totp', reverification.now())
  },
}

export const backup_code: Strategy = {
  factors: ({ backup_code_enabled }, { second_factors }) =>
    backup_code_enabled && second_factors.includes('backup_code') ? [{ strategy: 'backup_code' }] : [],

  attempt({ context: { secondFactors, reverification }, account, form }) {
    secondFactors.useBackupCode(account.id!, form.code ?? '')
    return verified('backup_code', reverification.now())
  },
}

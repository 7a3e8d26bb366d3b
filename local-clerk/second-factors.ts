import { randomInt } from 'node:crypto'
import { ClerkError, errors } from './errors.ts'
import { createObjects } from './objects.ts'
import type { Stored } from './objects.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import { isTotpCode, newTotpSecret } from './totp.ts'
import type { Users } from './users.ts'
import type { User } from './webhooks/payloads/index.ts'

interface TotpFields {
  user_id: string
  /** In base32. */
  secret: string
  verified: boolean
}

interface BackupCodesFields {
  user_id: string
  /** Those that are not used yet. */
  codes: string[]
}

type Totp = Stored<TotpFields>
type BackupCodes = Stored<BackupCodesFields>
export type SecondFactors = ReturnType<typeof createSecondFactors>

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const newBackupCode = () => Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')

/** A user has two-step verification by a second factor. Backup codes are for users who have another one. */
export function updateTwoFactor(user: User): void {
  const isEnabled = user.totp_enabled || user.phone_numbers.some(
    phone => phone.reserved_for_second_factor && phone.verification?.status === 'verified',
  )
  if (isEnabled === user.two_factor_enabled) return
  Object.assign(user, {
    two_factor_enabled: isEnabled,
    backup_code_enabled: isEnabled && user.backup_code_enabled,
    mfa_enabled_at: isEnabled ? Date.now() : null,
    mfa_disabled_at: isEnabled ? null : Date.now(),
  })
}

/** The users' authenticator apps and backup codes. Phone numbers, the third kind, are a part of the user. */
export function createSecondFactors(store: Store, users: Users, settings: Settings) {
  const totps = createObjects<TotpFields>(store, 'totp', 'totp')
  const backupCodes = createObjects<BackupCodesFields>(store, 'backup_code', 'bkc')

  const totpOf = (userId: string) => totps.list().find(({ user_id }) => user_id === userId)
  const codesOf = (userId: string) => backupCodes.list().find(({ user_id }) => user_id === userId)

  /** Ten new codes, in place of those that the user had. */
  function createBackupCodes(userId: string): BackupCodes {
    return store.transaction(() => {
      const known = codesOf(userId)
      const codes = Array.from({ length: 10 }, newBackupCode)
      users.change(userId, user => Object.assign(user, { backup_code_enabled: true }))
      return known ? backupCodes.update(known.id, { codes }) : backupCodes.create({ user_id: userId, codes })
    })
  }

  function removeBackupCodes(userId: string): void {
    users.change(userId, user => Object.assign(user, { backup_code_enabled: false }))
  }

  /** Whether the code is that of the user's app. */
  function isTotp(userId: string, code: string): boolean {
    const totp = totpOf(userId)
    return totp !== undefined && totp.verified && isTotpCode(totp.secret, code, Date.now())
  }

  /** @throws ClerkError when it is none of the user's, or was used */
  function useBackupCode(userId: string, code: string): void {
    const stored = codesOf(userId)
    // Without another second factor, a user has no use for them.
    const isEnabled = users.get(userId).backup_code_enabled
    if (!isEnabled || !stored?.codes.includes(code)) throw errors.codeIncorrect()
    backupCodes.update(stored.id, { codes: stored.codes.filter(other => other !== code) })
  }

  return {
    isTotp,
    useBackupCode,

    /**
     * Checks a code of either kind.
     * @throws ClerkError when it is neither
     */
    check(userId: string, code: string): 'totp' | 'backup_code' {
      if (isTotp(userId, code)) return 'totp'
      useBackupCode(userId, code)
      return 'backup_code'
    },

    /**
     * Begins to add an authenticator app: a new secret, in place of one that was not verified.
     * @throws ClerkError when the user has an app
     */
    createTotp(userId: string): Totp {
      const known = totpOf(userId)
      if (known?.verified) throw new ClerkError(400, 'totp_already_enabled', 'TOTP is enabled already')
      const secret = newTotpSecret()
      return known ? totps.update(known.id, { secret }) : totps.create({ user_id: userId, secret, verified: false })
    },

    /** @throws ClerkError when the code is not that of the app */
    verifyTotp(userId: string, code: string): Totp {
      const totp = totpOf(userId)
      if (!totp) throw errors.notFound('totp')
      if (!isTotpCode(totp.secret, code, Date.now())) throw errors.codeIncorrect()
      return store.transaction(() => {
        users.change(userId, user => Object.assign(user, { totp_enabled: true }))
        return totps.update(totp.id, { verified: true })
      })
    },

    createBackupCodes,

    /** The codes that a user gets with the first second factor, if the instance offers backup codes. */
    firstBackupCodes(userId: string): string[] | undefined {
      const { two_factor_enabled, backup_code_enabled } = users.get(userId)
      const isOffered = settings.current().second_factors.includes('backup_code')
      return isOffered && two_factor_enabled && !backup_code_enabled ? createBackupCodes(userId).codes : undefined
    },

    /** @throws ClerkError when the user has no app */
    removeTotp(userId: string): { object: string, id: string, deleted: true } {
      const totp = totpOf(userId)
      if (!totp) throw errors.notFound('totp')
      return store.transaction(() => {
        users.change(userId, user => Object.assign(user, { totp_enabled: false }))
        return totps.remove(totp.id)
      })
    },

    removeBackupCodes,

    /** Removes every second factor of the user, and keeps the phone numbers for other uses. */
    removeAll(userId: string): void {
      store.transaction(() => {
        users.change(userId, (user) => {
          Object.assign(user, { totp_enabled: false, backup_code_enabled: false })
          for (const phone of user.phone_numbers) {
            Object.assign(phone, { reserved_for_second_factor: false, default_second_factor: false })
          }
        })
        const totp = totpOf(userId)
        if (totp) totps.remove(totp.id)
      })
    },
  }
}

import type { UserJSON } from '@clerk/backend'
import { errors } from './errors.ts'
import type { Reverification } from './reverification.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import type { Users } from './users.ts'

const minute = 60_000

export type Lockout = ReturnType<typeof createLockout>

/** Locks the accounts of users who fail to sign in too often, if the instance asks for it. */
export function createLockout(store: Store, users: Users, settings: Settings, { now }: Reverification) {
  function lock(id: string): UserJSON {
    const { user_lockout, lockout_minutes } = settings.current()
    if (!user_lockout) return users.change(id, user => Object.assign(user, { locked: true }))
    return store.transaction(() => {
      const until = now() + lockout_minutes * minute
      store.run('insert or replace into lockouts (user_id, until) values (?, ?)', id, until)
      return users.change(id, user => Object.assign(user, {
        locked: true,
        lockout_expires_in_seconds: lockout_minutes * 60,
        verification_attempts_remaining: 0,
      }))
    })
  }

  function unlock(id: string): UserJSON {
    store.run('delete from lockouts where user_id = ?', id)
    return users.change(id, user => Object.assign(user, {
      locked: false,
      lockout_expires_in_seconds: null,
      verification_attempts_remaining: settings.current().lockout_max_attempts,
    }))
  }

  /** @throws ClerkError when the user is locked */
  function requireUnlocked({ id, locked }: UserJSON): void {
    if (!locked) return
    const { until } = store.get<{ until: number }>('select until from lockouts where user_id = ?', id) ?? {}
    if (until === undefined) throw errors.locked()
    if (until > now()) throw errors.locked(Math.ceil((until - now()) / 1_000))
    unlock(id)
  }

  return {
    lock,
    unlock,
    requireUnlocked,

    /**
     * Counts a failed attempt of this user to sign in.
     * @throws ClerkError when that was the last one that the user had
     */
    failed(id: string): void {
      const { user_lockout, lockout_max_attempts: most } = settings.current()
      if (!user_lockout) return
      const remaining = Math.min(users.get(id).verification_attempts_remaining ?? most, most) - 1
      if (remaining > 0) users.record(id, user => Object.assign(user, { verification_attempts_remaining: remaining }))
      else requireUnlocked(lock(id))
    },

    succeeded(id: string): void {
      const { user_lockout, lockout_max_attempts } = settings.current()
      if (!user_lockout) return
      users.record(id, user => Object.assign(user, { verification_attempts_remaining: lockout_max_attempts }))
    },
  }
}

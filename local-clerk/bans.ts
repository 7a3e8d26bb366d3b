import type { Sessions } from './sessions.ts'
import type { Store } from './store.ts'
import type { Users } from './users.ts'
import type { User } from './webhooks/payloads/index.ts'

export type Bans = ReturnType<typeof createBans>

/** A banned user cannot sign in. */
export function createBans(store: Store, users: Users, sessions: Sessions) {
  return {
    /** Ends the user's sessions, too. */
    ban(id: string): User {
      return store.transaction(() => {
        const user = users.change(id, changed => Object.assign(changed, { banned: true }))
        sessions.revokeAll(id)
        return user
      })
    },

    unban: (id: string): User => users.change(id, changed => Object.assign(changed, { banned: false })),
  }
}

/** The account that a page is for, and the state of its session. */
export interface Account {
  /** Its Clerk ID. Null: signed out. */
  id: string | null
  /** The account that the page was for is no longer signed in, so the page was removed. */
  lost?: { id: string, successor: Successor | null }
  /** The page itself deletes the account, and reports it. */
  isClosing?: boolean
}

/** The account that is signed in instead. Each property is null where the server did not answer. */
export interface Successor {
  id: string | null
  name: string | null
}

/**
 * The account that the page is for. It changes only after `<AccountGuard>` has removed the page, so data, input and
 * requests of one account never pass to another.
 */
export function useAccount() {
  const { userId } = useAuth()
  return useState<Account>('account', () => ({ id: userId.value ?? null }))
}

/** Records a lost session. The account's own token may outlive its session for a minute, and is no successor. */
export const lostTo = (id: string, successor: Successor | null) => ({
  id, successor: successor?.id === id ? null : successor,
})

/** Finds the account that is signed in now. Null: signed out. */
export function useSuccessor() {
  const clerk = useClerk()

  return async (was: string | null): Promise<Successor | null> => {
    try {
      const { identity } = await $fetch('/api/me', { retry: 0 })
      return { id: identity.clerk_id, name: identity.name ?? identity.email }
    }
    catch (error) {
      if ((error as { status?: number }).status !== 401) return { id: null, name: null }
      // A tab whose session has ended clears the cookies of all tabs, but its ClerkJS still knows the other sessions.
      const user = clerk.value?.client?.signedInSessions.find(session => session.user.id !== was)?.user
      return user ? { id: user.id, name: user.fullName ?? user.primaryEmailAddress?.emailAddress ?? null } : null
    }
  }
}

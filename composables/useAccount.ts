/** The account that a page shows, and what has become of its session meanwhile. */
export interface Account {
  /** Its Clerk id; null where nobody is signed in. */
  id: string | null
  /** What the page showed was put away, since the account it was for is not signed in any more. */
  lost?: { id: string, successor: Successor | null }
  /** The page itself ends the account, and says so. */
  isClosing?: boolean
}

/** Who is signed in instead; each is null where the server did not say. */
export interface Successor {
  id: string | null
  name: string | null
}

/**
 * The account that the page shows. It follows the session only when `<AccountGuard>` has put away what the page
 * shows: what was loaded, typed or asked for one account never passes to another.
 */
export function useAccount() {
  const { userId } = useAuth()
  return useState<Account>('account', () => ({ id: userId.value ?? null }))
}

/** That the account's session has ended, and who is signed in instead. Its own token may outlive it for a minute. */
export const lostTo = (id: string, successor: Successor | null) => ({
  id, successor: successor?.id === id ? null : successor,
})

/** Finds out who is signed in: null where nobody is. */
export function useSuccessor() {
  const clerk = useClerk()

  return async (was: string | null): Promise<Successor | null> => {
    try {
      const { identity } = await $fetch('/api/me', { retry: 0 })
      return { id: identity.clerk_id, name: identity.name ?? identity.email }
    }
    catch (error) {
      if ((error as { status?: number }).status !== 401) return { id: null, name: null }
      // A tab in which ClerkJS finds its session ended clears the cookies of all tabs, and knows the other sessions.
      const user = clerk.value?.client?.signedInSessions.find(session => session.user.id !== was)?.user
      return user ? { id: user.id, name: user.fullName ?? user.primaryEmailAddress?.emailAddress ?? null } : null
    }
  }
}

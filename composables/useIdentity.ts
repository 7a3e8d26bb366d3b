/**
 * The signed-in user's identity, or null. It comes from the session token, on the server too, and from ClerkJS once
 * that has loaded. Claims that the token lacks (see the README) are null until then.
 */
export function useIdentity() {
  const { userId, sessionClaims } = useAuth()
  const user = useLoadedUser()
  return computed(() => {
    if (!userId.value) return null
    const claims = sessionClaims.value
    return {
      clerk_id: userId.value,
      name: user.value?.fullName ?? claims?.name ?? null,
      email: user.value?.primaryEmailAddress?.emailAddress ?? claims?.email ?? null,
      picture: user.value?.imageUrl ?? claims?.picture ?? null,
    }
  })
}

/**
 * Who is signed in, null when nobody is: from the session token at once, on the server too, and from
 * ClerkJS when it has loaded. What the token does not tell (see the README's session claims) is null until then.
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

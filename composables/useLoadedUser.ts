/**
 * The user as ClerkJS knows it; undefined until it has loaded, and until Vue has taken over the server's HTML: Clerk
 * may be the faster one, and the server does not know what it knows.
 */
export function useLoadedUser() {
  const { user } = useUser()
  const isAlive = ref(!useNuxtApp().isHydrating)
  onMounted(() => isAlive.value = true)
  return computed(() => isAlive.value ? user.value ?? undefined : undefined)
}

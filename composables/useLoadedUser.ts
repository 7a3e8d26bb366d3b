/**
 * The user in ClerkJS. Undefined until ClerkJS has loaded and the page is hydrated: ClerkJS may be faster than Vue, and
 * the server's HTML doesn't have its data.
 */
export function useLoadedUser() {
  const { user } = useUser()
  const isHydrated = ref(!useNuxtApp().isHydrating)
  onMounted(() => isHydrated.value = true)
  return computed(() => isHydrated.value ? user.value ?? undefined : undefined)
}

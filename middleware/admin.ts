/** A convenience: the API enforces access. */
export default defineNuxtRouteMiddleware((to) => {
  const { isHydrating, payload } = useNuxtApp()
  // The browser hydrates an error page: the server has refused access already.
  if (isHydrating && payload.error) return
  const { isSignedIn, sessionClaims } = useAuth()
  if (isSignedOut(isSignedIn.value)) return navigateTo(signInPath(to.fullPath))
  if (isSignedIn.value && sessionClaims.value?.metadata?.role !== 'admin') return abortNavigation(adminsOnly())
})

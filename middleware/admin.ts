/** For comfort: the API is what protects. */
export default defineNuxtRouteMiddleware((to) => {
  const { isHydrating, payload } = useNuxtApp()
  // The browser takes over an error page: the server has refused already.
  if (isHydrating && payload.error) return
  const { isSignedIn, sessionClaims } = useAuth()
  if (isSignedOut(isSignedIn.value)) return navigateTo(signInPath(to.fullPath))
  if (isSignedIn.value && sessionClaims.value?.metadata?.role !== 'admin') return abortNavigation(adminsOnly())
})

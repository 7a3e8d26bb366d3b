/** A convenience: the API enforces access. */
export default defineNuxtRouteMiddleware((to) => {
  if (isErrorPage()) return
  const { isSignedIn, sessionClaims } = useAuth()
  if (isSignedOut(isSignedIn.value)) return navigateTo(signInPath(to.fullPath))
  if (isSignedIn.value && sessionClaims.value?.metadata?.role !== 'admin') return abortNavigation(adminsOnly())
})

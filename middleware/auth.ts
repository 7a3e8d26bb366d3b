/** A convenience: the API enforces access. */
export default defineNuxtRouteMiddleware((to) => {
  if (isErrorPage()) return
  if (isSignedOut(useAuth().isSignedIn.value)) return navigateTo(signInPath(to.fullPath))
})

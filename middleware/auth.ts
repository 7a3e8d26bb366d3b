/** For comfort: the API is what protects. */
export default defineNuxtRouteMiddleware((to) => {
  if (isSignedOut(useAuth().isSignedIn.value)) return navigateTo(signInPath(to.fullPath))
})

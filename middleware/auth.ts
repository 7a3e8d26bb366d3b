/** For comfort: the API is what protects. */
export default defineNuxtRouteMiddleware((to) => {
  if (!useAuth().isSignedIn.value) return navigateTo(signInRoute(to.fullPath))
})

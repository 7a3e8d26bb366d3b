/** For comfort: the API is what protects. */
export default defineNuxtRouteMiddleware((to) => {
  const { isSignedIn, sessionClaims } = useAuth()
  if (!isSignedIn.value) return navigateTo(signInRoute(to.fullPath))
  if (sessionClaims.value?.metadata?.role !== 'admin') return abortNavigation(createError({ statusCode: 403, message: 'Only admins see this page.' }))
})

/** For comfort: the API is what protects. */
export default defineNuxtRouteMiddleware((to) => {
  const { isSignedIn, sessionClaims } = useAuth()
  if (isSignedOut(isSignedIn.value)) return navigateTo(signInPath(to.fullPath))
  if (isSignedIn.value && sessionClaims.value?.metadata?.role !== 'admin') return abortNavigation(createError({ statusCode: 403, message: 'Only admins see this page.' }))
})

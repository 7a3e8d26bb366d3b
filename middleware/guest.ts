/** Who is signed in has nothing to do on the page. */
export default defineNuxtRouteMiddleware(() => {
  if (useAuth().isSignedIn.value) return navigateTo('/')
})

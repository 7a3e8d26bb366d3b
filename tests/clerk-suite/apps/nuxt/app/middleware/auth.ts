/** For pages of signed-in users only. */
export default defineNuxtRouteMiddleware((to) => {
  const { isSignedIn } = useAuth()
  // It is undefined while ClerkJS changes the session, which is when it leads to a page.
  if (isSignedIn.value === false) return navigateTo({ path: '/sign-in', query: { redirect_url: to.fullPath } })
})

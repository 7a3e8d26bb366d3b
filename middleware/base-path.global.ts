import { withoutBase } from '#shared/base-path'

/** Clerk's components navigate by the browser's addresses: the router's paths leave out the app's own base path. */
export default defineNuxtRouteMiddleware(({ path, fullPath }) => {
  const { baseURL } = useRuntimeConfig().app
  if (baseURL !== '/' && path.startsWith(baseURL)) return navigateTo(withoutBase(fullPath, baseURL), { replace: true })
})

import { withoutBase } from '#shared/base-path'

/** Clerk's components navigate to full browser paths, but the router's paths leave out the app's base path. */
export default defineNuxtRouteMiddleware(({ path, fullPath }) => {
  const { baseURL } = useRuntimeConfig().app
  if (baseURL !== '/' && path.startsWith(baseURL)) return navigateTo(withoutBase(fullPath, baseURL), { replace: true })
})

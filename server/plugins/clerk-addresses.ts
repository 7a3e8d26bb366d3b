import { defineNitroPlugin, useRuntimeConfig } from 'nitropack/runtime'

/** Tells Clerk where its sign-in pages are: below the base path, which may be known only now. The environment wins. */
export default defineNitroPlugin(() => {
  const { baseURL } = useRuntimeConfig().app
  process.env.NUXT_PUBLIC_CLERK_SIGN_IN_URL ||= `${baseURL}sign-in`
  process.env.NUXT_PUBLIC_CLERK_SIGN_UP_URL ||= `${baseURL}sign-up`
})

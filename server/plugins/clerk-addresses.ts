import { defineNitroPlugin, useRuntimeConfig } from 'nitropack/runtime'

/** Where Clerk sends people: below the base path, which may be known only now. What the environment says stays. */
export default defineNitroPlugin(() => {
  const { baseURL } = useRuntimeConfig().app
  process.env.NUXT_PUBLIC_CLERK_SIGN_IN_URL ||= `${baseURL}sign-in`
  process.env.NUXT_PUBLIC_CLERK_SIGN_UP_URL ||= `${baseURL}sign-up`
})

import type { RouterConfig } from '@nuxt/schema'
import defaults from '#app/../pages/runtime/router.options'

export default {
  // Clerk's forms keep their steps in the hash: '#/factor-one' names no element to scroll to.
  scrollBehavior: (to, ...rest) => to.hash.startsWith('#/') ? false : defaults.scrollBehavior!(to, ...rest),
} satisfies RouterConfig

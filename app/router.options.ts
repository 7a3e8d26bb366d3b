import type { RouterConfig } from '@nuxt/schema'
import defaults from '#app/../pages/runtime/router.options'

export default {
  // Clerk's forms keep their current step in the hash: '#/factor-one' is not an element to scroll to.
  scrollBehavior: (to, ...rest) => to.hash.startsWith('#/') ? false : defaults.scrollBehavior!(to, ...rest),
} satisfies RouterConfig

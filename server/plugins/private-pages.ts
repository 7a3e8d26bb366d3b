import { setResponseHeader } from 'h3'
import { defineNitroPlugin } from 'nitropack/runtime'

/**
 * Keeps pages of signed-in users out of every cache: out of proxies, and out of the browser's, which would show the
 * page when somebody goes back after signing out.
 */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('render:response', (_response, { event }) => {
    if (event.context.auth?.().userId) setResponseHeader(event, 'cache-control', 'no-store')
  })
})

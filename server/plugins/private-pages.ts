import { setResponseHeader } from 'h3'
import { defineNitroPlugin } from 'nitropack/runtime'

/**
 * A page for somebody who is signed in is kept by no cache: not by a proxy, and not by the browser, which would show
 * it on the way back, when they have signed out.
 */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('render:response', (_response, { event }) => {
    if (event.context.auth?.().userId) setResponseHeader(event, 'cache-control', 'no-store')
  })
})

/**
 * Asks for the page's messages until they come. @nuxtjs/i18n gives up after a second try, and the page would show the
 * keys of the messages in place of what the server has rendered.
 */
export default defineNuxtPlugin({
  name: 'messages',
  enforce: 'pre',
  setup() {
    globalThis.$fetch = $fetch.create({
      onRequest({ request, options }) {
        if (String(request).startsWith('/_i18n/')) Object.assign(options, { retry: Infinity, retryDelay: 2_000 })
      },
    })
  },
})

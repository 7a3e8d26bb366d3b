import { defineNitroPlugin, useRuntimeConfig } from 'nitropack/runtime'
import { withoutBase } from '../../shared/base-path.ts'
import { environment } from '../environment.ts'

/**
 * Adds Clerk's host to the Content-Security-Policy of nuxt.config.ts. It depends on a key that is read when the server
 * starts. Scripts need no host: a script with a nonce may load others.
 */
export default defineNitroPlugin((nitro) => {
  const { baseURL } = useRuntimeConfig().app
  // The module would compute its rules for each request, a twelfth of the time of a short one. The API needs none.
  nitro.hooks.hook('request', ({ path, context }) => {
    if (withoutBase(path, baseURL).startsWith('/api/')) context.security ??= { rules: { enabled: false }, route: path }
  })
  nitro.hooks.hook('nuxt-security:routeRules', (rules) => {
    const {
      NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: key = '',
      NUXT_PUBLIC_CLERK_PROXY_URL: proxy,
      NUXT_PUBLIC_CLERK_DOMAIN: domain,
    } = environment()
    // A publishable key contains the host of Clerk's Frontend API in base64, and a dollar sign at its end.
    const host = Buffer.from(key.split('_')[2] ?? '', 'base64').toString().replace(/\$$/, '')
    const url = proxy ?? `https://${domain ?? host}`
    const policy = rules['/**']?.headers && rules['/**'].headers.contentSecurityPolicy
    // A proxy that is a path is on the app's own origin.
    if (policy && URL.canParse(url)) policy['connect-src'] = `${policy['connect-src']} ${new URL(url).origin}`
  })
})

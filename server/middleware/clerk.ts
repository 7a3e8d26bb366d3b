import { clerkMiddleware } from '@clerk/nuxt/server'
import type { EventHandler } from 'h3'
import { defineEventHandler } from 'h3'
import { useRuntimeConfig } from 'nitropack/runtime'

/** Signed by Clerk, or asked by machines: no session to read, and no key needed. */
const withoutSession = new Set(['/api/webhooks', '/api/health', '/api/ready'])

/**
 * Reads the session of a request, where Clerk is configured. A token counts only on the origin that it
 * was made for: another app on a sibling domain cannot lend its own.
 */
export default defineEventHandler((event) => {
  // First, since reading the runtime config costs a webhook a third of its time.
  if (withoutSession.has(event.path.split('?')[0]!) || event.path.startsWith('/__clerk/')) return
  const { clerk, public: { clerk: { publishableKey } } } = useRuntimeConfig(event)
  if (!publishableKey || !clerk.secretKey) return
  // @clerk/nuxt brings h3's types in a copy of its own, which TypeScript takes for others.
  const authenticate = clerkMiddleware({ authorizedParties: event.context.origins }) as unknown as EventHandler
  return authenticate(event)
})

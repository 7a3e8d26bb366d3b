import { clerkMiddleware } from '@clerk/nuxt/server'
import type { EventHandler } from 'h3'

/** Signed by Clerk, or asked by machines: no session to read, and no key needed. */
const withoutSession = new Set(['/api/webhooks', '/api/health', '/api/ready'])

// @clerk/nuxt brings h3's types in a copy of its own, which TypeScript takes for others.
const authenticate = clerkMiddleware() as unknown as EventHandler

/** Reads the session of a request, where Clerk is configured. */
export default defineEventHandler((event) => {
  // First, since reading the runtime config costs a webhook a third of its time.
  if (withoutSession.has(event.path.split('?')[0]!)) return
  const { clerk, public: { clerk: { publishableKey } } } = useRuntimeConfig(event)
  if (publishableKey && clerk.secretKey) return authenticate(event)
})

import { defineEventHandler, sendNoContent } from 'h3'
import type { Router } from 'h3'
import type { Context } from './context.ts'

/** The instance's app at Svix. Local Clerk delivers by itself: its control page stands for Svix's dashboard. */
export function addWebhookRoutes(router: Router, { controlUrl }: Context): void {
  const dashboard = defineEventHandler(() => ({ svix_url: controlUrl }))
  router.post('/v1/webhooks/svix', dashboard)
  router.post('/v1/webhooks/svix_url', dashboard)
  router.delete('/v1/webhooks/svix', defineEventHandler(event => sendNoContent(event)))
}

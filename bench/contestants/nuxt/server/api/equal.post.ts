import { verifyWebhook } from '@clerk/nuxt/webhooks'
import { storeAndRecord } from '../../../store-mongoose.ts'

/** The way of Clerk's guide, with as much work as Addendum's. */
export default defineEventHandler(async (event) => {
  let webhook
  try {
    webhook = await verifyWebhook(event)
  }
  catch {
    setResponseStatus(event, 400)
    return 'Verification failed'
  }
  await storeAndRecord(webhook, getHeader(event, 'svix-id')!)
  return 'Webhook received'
})

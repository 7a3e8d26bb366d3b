import { verifyWebhook } from '@clerk/nuxt/webhooks'
import { storeProfile } from '../../../store-mongoose.ts'

/** The way of Clerk's guide. */
export default defineEventHandler(async (event) => {
  let webhook
  try {
    webhook = await verifyWebhook(event)
  }
  catch {
    setResponseStatus(event, 400)
    return 'Verification failed'
  }
  await storeProfile(webhook)
  return 'Webhook received'
})

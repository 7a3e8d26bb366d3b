import { verifyWebhook } from '@clerk/backend/webhooks'
import type { WebhookEvent } from '@clerk/backend/webhooks'

/** What the sync needs of a request; `headers` may be a Headers or anything with its `get`. */
export interface WebhookRequest {
  headers: { get(name: string): string | null }
  rawBody: string
}

/**
 * Verifies a webhook with Clerk's own function, against each secret in turn (two while rotating).
 * @throws Error that says why the last secret refused it: a missing header, a wrong signature,
 * a timestamp more than 5 minutes off, or signed text that is not JSON
 */
export async function verify({ headers, rawBody }: WebhookRequest, signingSecrets: string[]): Promise<WebhookEvent> {
  // verifyWebhook reads only these two; a real Request would cost a stream and a copy.
  const request = { headers, text: async () => rawBody } as unknown as Request
  let refusal: unknown
  for (const signingSecret of signingSecrets) {
    try {
      return await verifyWebhook(request, { signingSecret })
    }
    catch (error) {
      refusal = error
    }
  }
  throw refusal
}

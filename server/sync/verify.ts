import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { WebhookEvent } from '@clerk/backend/webhooks'

/** The parts of a request that the sync needs. `headers` may be a Headers object or any object with its `get`. */
export interface WebhookRequest {
  headers: { get(name: string): string | null }
  /** The bytes as they were sent. The signature covers the bytes, not the text that they decode to. */
  rawBody: Uint8Array
}

const names = ['svix-id', 'svix-timestamp', 'svix-signature'] as const
/** The maximum age of a timestamp in seconds, the same as in Svix's libraries. */
const tolerance = 5 * 60
const keys = new Map<string, KeyObject>()
/** Allows a byte order mark before the JSON, and throws if the bytes are not UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Verifies a webhook like Clerk's verifyWebhook, with the same verdicts and messages (a test compares them), but over
 * the bytes of the body. verifyWebhook takes text, which loses a byte order mark and invalid UTF-8.
 * @param signingSecrets  each is `whsec_` and base64; two while you rotate the secret
 * @throws Error with the reason: a missing header, a wrong signature, a timestamp more than 5 minutes off, or signed
 *   bytes that are not JSON
 */
export function verify({ headers, rawBody }: WebhookRequest, signingSecrets: string[]): WebhookEvent {
  const values = names.map(name => headers.get(name)?.trim())
  const missing = names.filter((_, index) => !values[index])
  if (missing.length > 0) throw new Error(`Missing required webhook headers: ${missing.join(', ')}`)
  const [id, timestamp, signatures] = values as [string, string, string]
  try {
    const signed = Buffer.concat([Buffer.from(`${id}.${secondsOf(timestamp)}.`), rawBody])
    const isGenuine = signingSecrets.some(secret => isSigned(signed, signatures, keyOf(secret)))
    if (!isGenuine) throw new Error('No matching signature found')
    const event = JSON.parse(utf8.decode(rawBody))
    return {
      type: event.type,
      object: 'event',
      data: event.data,
      event_attributes: event.event_attributes,
      timestamp: event.timestamp,
      instance_id: event.instance_id,
    } as WebhookEvent
  }
  catch (error) {
    throw new Error(`Unable to verify incoming webhook: ${(error as Error).message}`, { cause: error })
  }
}

function secondsOf(timestamp: string): number {
  const now = Math.floor(Date.now() / 1_000)
  const seconds = Number.parseInt(timestamp, 10)
  if (Number.isNaN(seconds)) throw new Error('Invalid Signature Headers')
  if (now - seconds > tolerance) throw new Error('Message timestamp too old')
  if (seconds > now + tolerance) throw new Error('Message timestamp too new')
  return seconds
}

function keyOf(secret: string): KeyObject {
  let key = keys.get(secret)
  if (!key) keys.set(secret, key = createSecretKey(secret.replace(/^whsec_/, ''), 'base64'))
  return key
}

/** Signatures are separated by spaces; each is `v1,` and base64. */
function isSigned(signed: Buffer, signatures: string, key: KeyObject): boolean {
  const expected = Buffer.from(createHmac('sha256', key).update(signed).digest('base64'))
  return signatures.split(' ').some((versioned) => {
    const [version, signature = ''] = versioned.split(',')
    const given = Buffer.from(signature)
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}

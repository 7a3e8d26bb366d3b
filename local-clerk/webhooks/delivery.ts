import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** Svix's limit for the answer of an endpoint. */
const timeoutMs = 15_000

export interface Attempt {
  at: number
  /** 0 when there was no answer. */
  status: number
  duration_ms: number
  error?: string
}

export interface Delivery {
  attempt: Attempt
  /** The endpoint asked not to receive this message again. */
  aborted: boolean
}

/** Posts a message once, and describes the answer: this never throws. */
export async function deliver(url: string, id: string, body: string, secrets: string[]): Promise<Delivery> {
  const started = Date.now()
  const attempt: Attempt = { at: started, status: 0, duration_ms: 0 }
  let aborted = false
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: signedHeaders(id, body, secrets),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    attempt.status = response.status
    aborted = response.headers.get('webhook-delivery') === 'abort-message'
    await response.body?.cancel()
  }
  catch (error) {
    const { message, cause } = error as Error & { cause?: Error }
    attempt.error = cause?.message || message
  }
  attempt.duration_ms = Date.now() - started
  return { attempt, aborted }
}

/** A secret that no endpoint knows. */
export function wrongSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}

function signedHeaders(id: string, body: string, secrets: string[]): Record<string, string> {
  const at = new Date()
  return {
    'content-type': 'application/json',
    'user-agent': 'Svix-Webhooks/local',
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': secrets.map(secret => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}

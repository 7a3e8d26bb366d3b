import { once } from 'node:events'
import type { Webhooks } from './index.ts'

export interface WebhookEvent {
  object: 'event'
  type: string
  // Each type has a payload of its own, which `@clerk/backend` describes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any
  /** In milliseconds since the epoch. */
  timestamp: number
  instance_id: string
}

export interface WaitOptions<Event extends WebhookEvent> {
  /** Whether this is the event to wait for. */
  where?: (event: Event) => boolean
  /** In milliseconds. */
  timeout?: number
}

/** As many messages as a test may look back to. */
const remembered = 1_000

/**
 * Waits until an event was sent, and the app's endpoint, if there is one, has answered it with success. An event that
 * was sent before counts.
 * @throws Error that says what was sent instead, when the time is up
 */
export async function waitForEvent<Event extends WebhookEvent>(
  webhooks: Webhooks,
  type: Event['type'],
  { where, timeout = 5_000 }: WaitOptions<Event> = {},
): Promise<Event> {
  const signal = AbortSignal.timeout(timeout)
  for (;;) {
    const matching = webhooks.list(remembered).filter(message =>
      message.type === type && (!where || where(message.body as Event)))
    const found = matching.find(({ state }) => !webhooks.url() || state === 'delivered')
    if (found) return found.body as Event
    try {
      await once(webhooks.changes, 'change', { signal })
    }
    catch {
      throw new Error(`No ${type}${where ? ' that matches' : ''} came in ${timeout} ms. ${describe(webhooks)}`)
    }
  }
}

/** What was sent, the oldest first. */
function describe(webhooks: Webhooks): string {
  const messages = webhooks.list(20).toReversed()
  if (messages.length === 0) return 'Nothing was sent.'
  const lines = messages.map(({ type, state, attempts, body }) => {
    const last = attempts.at(-1)
    const answer = last && (last.status ? `answered ${last.status}` : last.error)
    const { id } = (body as WebhookEvent).data
    return `  ${type} of ${id}: ${webhooks.url() ? [state, answer].filter(Boolean).join(', ') : 'sent'}`
  })
  return `Sent instead${webhooks.url() ? ` to ${webhooks.url()}` : ''}:\n${lines.join('\n')}`
}

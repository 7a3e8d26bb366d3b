import type { WebhookEvent } from '@clerk/backend/webhooks'
import { maxStatements } from '../database/write-batch.ts'
import { within } from '../deadline.ts'
import type { Outcome } from '../../shared/deliveries.ts'
import { WrongInstance } from '../errors.ts'
import type { Accepted, Commit } from './commit.ts'
import { decodeEnvelope, RejectedEvent } from './decode.ts'
import { GroupCommit } from './group-commit.ts'
import type { GroupCommitOptions } from './group-commit.ts'
import type { Handled } from './handle.ts'
import type { Attempt } from './record.ts'
import { verify } from './verify.ts'
import type { WebhookRequest } from './verify.ts'

export interface WebhookResponse {
  status: 200 | 400 | 422 | 503
  headers: Record<string, string>
  body: { outcome: Outcome } | { message: string }
}

/** Logs a message with fields. The receiver never passes a body, a secret or a token. */
export type Log = Record<'info' | 'warn' | 'error', (line: string, fields: Record<string, unknown>) => void>

/**
 * Learns what the receiver does, to count it. It is called for every event, so it must be fast, and it must not throw.
 */
export interface ReceiverObserver {
  /** An attempt has its outcome. If the database was too slow, that is after the response. */
  attempted: (attempt: Attempt) => void
  /** A request has its response. */
  responded: (status: WebhookResponse['status'], duration_ms: number) => void
  /** A write of several events to a collection begins. */
  wrote: (collection: 'profiles' | 'deliveries', events: number) => void
}

export interface ReceiverOptions {
  /** Each is `whsec_` and base64. Set two while you rotate the secret; without any, every request is answered 503. */
  signingSecrets: () => string[]
  log: Log
  /** Decides what an event changes. */
  handle: (event: WebhookEvent) => Promise<Handled>
  /** Applies the changes of events, and records them. */
  commit: Commit
  /** Whether concurrent events share their writes. */
  groupCommit: boolean
  /** Called with each user that an event changes, to clear caches outside the database. */
  onUserChange: (clerk_id: string) => void
  /** Throws WrongInstance if the database belongs to another Clerk instance than the event. */
  requireInstance?: (instance_id: string) => Promise<void>
  observer?: ReceiverObserver
}

const shared: GroupCommitOptions = { maxBatch: maxStatements, maxQueue: 5_000, concurrency: 2 }
const alone: GroupCommitOptions = { maxBatch: 1, maxQueue: 5_000, concurrency: Infinity }

/** The deadline for an event, in milliseconds. Clerk waits 15 seconds for a response. */
const patience = 9_000

/**
 * Creates the webhook receiver, independent of any framework: verify, decode, apply, record, respond.
 * It responds with 200 only after the profile and the delivery are durable, and does no work after the response.
 */
export function createReceiver(options: ReceiverOptions) {
  const { signingSecrets, log, handle, commit, groupCommit, onUserChange, requireInstance, observer } = options
  const sharing = groupCommit ? shared : alone
  const commits = new GroupCommit<Accepted, Attempt>(commit, sharing)
  const inFlight = new Set<Promise<unknown>>()

  function verified(request: WebhookRequest): WebhookEvent | Error {
    try {
      return verify(request, signingSecrets())
    }
    catch (error) {
      return error as Error
    }
  }

  async function receive(request: WebhookRequest): Promise<WebhookResponse> {
    const received_at = Date.now()
    const message_id = request.headers.get('svix-id')?.trim() ?? ''
    if (signingSecrets().length === 0) {
      const advice = 'set NUXT_CLERK_WEBHOOK_SIGNING_SECRET to the endpoint\'s signing secret'
      log.error(`Webhook refused: ${advice}`, { message_id, status: 503 })
      return unavailable('No webhook signing secret is configured')
    }
    const event = verified(request)
    if (event instanceof Error) {
      log.warn('Webhook refused', { message_id, status: 400, error: event.message })
      return { status: 400, headers: {}, body: { message: event.message } }
    }

    const accepted = await accept(event, { message_id, received_at, duration_ms: 0, outcome: 'failed' })
    const { attempt } = accepted
    if (accepted.isOfOtherInstance) return answer(attempt)
    attempt.duration_ms = Date.now() - received_at
    try {
      await commits.submit(accepted, received_at + patience)
    }
    catch (error) {
      attempt.error ??= messageOf(error)
      attempt.outcome = 'failed'
    }
    return answer(attempt)
  }

  /** Decodes and handles an event. */
  async function accept(event: WebhookEvent, attempt: Attempt): Promise<Accepted & { isOfOtherInstance?: true }> {
    try {
      Object.assign(attempt, decodeEnvelope(event))
      if (attempt.instance_id !== undefined) await requireInstance?.(attempt.instance_id)
      const handled = await handle(event)
      attempt.error = handled.note
      if ('change' in handled) {
        onUserChange(handled.change.clerk_id)
        return { attempt, change: handled.change }
      }
      attempt.outcome = handled.outcome
      return { attempt }
    }
    catch (error) {
      attempt.outcome = error instanceof RejectedEvent ? 'rejected' : 'failed'
      attempt.error = messageOf(error)
      // Its delivery does not belong into this database.
      return { attempt, ...error instanceof WrongInstance && { isOfOtherInstance: true } }
    }
  }

  function answer(attempt: Attempt): WebhookResponse {
    observer?.attempted(attempt)
    const { message_id, type, clerk_id, outcome, received_at, error } = attempt
    const duration_ms = Date.now() - received_at
    const fields = { message_id, type, clerk_id, outcome, duration_ms, ...error && { error } }
    if (outcome === 'failed') {
      log.error('Webhook failed: Clerk will send it again', fields)
      return unavailable('The event could not be stored; send it again')
    }
    if (outcome === 'rejected') {
      log.warn('Webhook rejected', fields)
      return { status: 422, headers: { 'webhook-delivery': 'abort-message' }, body: { message: error ?? 'rejected' } }
    }
    log.info(`Webhook ${outcome}`, fields)
    return { status: 200, headers: {}, body: { outcome } }
  }

  return {
    /** Never throws. */
    receive(request: WebhookRequest): Promise<WebhookResponse> {
      const started = performance.now()
      // receive() itself does not throw, so the only error here is the exceeded deadline.
      const work = within(patience, receive(request)).catch(() => {
        log.error('Webhook failed: the database took too long', { message_id: request.headers.get('svix-id') })
        return unavailable('The event could not be stored in time; send it again')
      })
      inFlight.add(work)
      return work.then((response) => {
        inFlight.delete(work)
        observer?.responded(response.status, performance.now() - started)
        return response
      })
    },
    /** The number of events that wait for the database. */
    queued: () => commits.length,
    /** The number of events that may wait before others are answered 503. */
    capacity: sharing.maxQueue,
    /** Resolves when every received event has a response. */
    async drain(): Promise<void> {
      await Promise.allSettled(inFlight)
    },
  }
}

function unavailable(message: string): WebhookResponse {
  return { status: 503, headers: { 'retry-after': '5' }, body: { message } }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { within } from '../deadline.ts'
import type { Commit } from './commit.ts'
import type { Seeds } from './decode.ts'
import { createHandle } from './handle.ts'
import type { Handlers } from './handle.ts'
import { BodyError, readBody } from './read-body.ts'
import type { BodySource } from './read-body.ts'
import { createReceiver } from './receive.ts'
import type { Log, ReceiverOptions } from './receive.ts'
import { readSecrets } from './signing-secrets.ts'

/** Where a sync keeps profiles and deliveries. */
export interface Store {
  commit: Commit
  /** Reads the fields of a new or changed user's unsafe_metadata that fit the profile. */
  readSeeds: (metadata: Record<string, unknown>) => Seeds
  /** Ends the connection, if the store opened it. */
  close?: () => Promise<void>
}

export interface SyncOptions extends Partial<Pick<ReceiverOptions, 'onUserChange' | 'requireInstance' | 'observer'>> {
  store: Store
  /**
   * The endpoint's signing secret, `whsec_` and base64; during a rotation two, in a list or separated by a space. By
   * default CLERK_WEBHOOK_SIGNING_SECRET, which is read at the first request.
   */
  signingSecret?: string | string[]
  /** What to do with events that are not about users. Others are ignored. */
  handlers?: Handlers
  /** By default the console. */
  log?: Log
  /** Whether concurrent events share their writes; true by default. */
  groupCommit?: boolean
  /**
   * Whether SIGTERM ends the sync: it answers what it has taken, closes the store, and lets the signal end the process
   * unless something else listens to it. True by default.
   */
  signals?: boolean
}

/** The answer to a request, for frameworks that write it themselves. */
export interface SyncAnswer {
  status: number
  headers: Record<string, string>
  /** JSON. */
  body: { outcome: string } | { message: string }
}

/** A request of Node's server or of a framework on it. */
export interface SyncRequest extends BodySource {
  method?: string
}

const limit = 1024 * 1024
/** How long the end waits for answers, in milliseconds: an event has nine seconds. */
const closeMS = 10_000
/** How long the framework may take to write the last answers, in milliseconds. */
const flushMS = 250

/**
 * Creates the endpoint for Clerk's webhooks. It keeps profiles in sync with Clerk's users, whether events are late,
 * repeated, out of order or about users who were deleted.
 */
export function createSync({ store, handlers = {}, log = console, signals = true, ...options }: SyncOptions) {
  let secrets: string[] | undefined
  const receiver = createReceiver({
    ...options,
    signingSecrets: () => secrets ??= wellFormed(options.signingSecret ?? process.env.CLERK_WEBHOOK_SIGNING_SECRET),
    handle: createHandle({ readSeeds: store.readSeeds, handlers }),
    commit: store.commit,
    groupCommit: options.groupCommit ?? true,
    onUserChange: options.onUserChange ?? (() => {}),
    log,
  })
  const answering = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  let listens = false

  /** A malformed secret would refuse every event as forged. */
  function wellFormed(given: string | string[] = ''): string[] {
    const { wellFormed, malformed } = readSecrets([given].flat().join(' '))
    if (malformed.length > 0) log.error(`${malformed.length} signing secrets are malformed: whsec_ and base64`, {})
    return wellFormed
  }

  /** Answers a request whose response the framework writes, such as Fastify's. */
  function answer(request: SyncRequest): Promise<SyncAnswer> {
    const work = answerNow(request)
    answering.add(work)
    return work.finally(() => answering.delete(work))
  }

  async function answerNow(request: SyncRequest): Promise<SyncAnswer> {
    if (signals && !listens) process.once('SIGTERM', endProcess)
    listens = true
    if (request.method !== 'POST') {
      return { status: 405, headers: { allow: 'POST' }, body: { message: 'Clerk sends webhooks by POST' } }
    }
    if (closing) {
      return { status: 503, headers: { 'retry-after': '5' }, body: { message: 'The server is stopping' } }
    }
    try {
      const rawBody = await readBody(request, limit)
      return await receiver.receive({ headers: { get: name => headerOf(request, name) }, rawBody })
    }
    catch (error) {
      const { status, message } = error as BodyError
      if (!(error instanceof BodyError)) throw error
      if (status === 500) log.error(`Webhook refused: ${message}`, {})
      // The rest of the body is not read.
      return { status, headers: { connection: 'close' }, body: { message } }
    }
  }

  function close(): Promise<void> {
    process.removeListener('SIGTERM', endProcess)
    // A body that never ends must not hold the process.
    return closing ??= within(closeMS, Promise.allSettled(answering)).catch(() => {}).then(() => store.close?.())
  }

  async function endProcess(): Promise<void> {
    await close().catch((error: Error) => log.error('The store did not close', { error: error.message }))
    if (process.listenerCount('SIGTERM') > 0) return
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), flushMS)
  }

  return {
    ...receiver,
    answer,
    /** Answers a request of the Fetch API. */
    async fetch(request: Request): Promise<Response> {
      const { method, headers, body } = request
      const parsed = request.bodyUsed ? {} : body
      const { status, headers: { connection: _, ...rest }, body: answered } = await answer({
        method, headers: Object.fromEntries(headers), body: parsed,
      })
      return Response.json(answered, { status, headers: rest })
    },
    /** Answers a request of Node's server, or of a framework whose handlers have its form, such as Express. */
    async node(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { status, headers, body } = await answer(request)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    },
    /** Answers what was taken, refuses what comes, and closes the store. */
    close,
  }
}

function headerOf({ headers }: SyncRequest, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value.join(', ') : value) ?? null
}

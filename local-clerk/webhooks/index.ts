import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { newId } from '../store.ts'
import type { Store } from '../store.ts'

/** Svix's waits before each attempt, in milliseconds; the first is at once. */
export const schedule = [0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]
const timeoutMs = 15_000
const concurrency = 16

/** What goes wrong on purpose: shares from 0 to 1, delay in milliseconds. */
export interface Faults {
  /** Share of messages that are delivered twice. */
  duplicate: number
  /** Share of messages that are never sent. */
  drop: number
  /** Share of attempts that are signed with a foreign secret. */
  wrong_signature: number
  /** Every message waits this long before its first attempt. */
  delay: number
  /** Each message waits up to this long on top, at random, so that later ones overtake it. */
  reorder: number
}
export const noFaults: Faults = { duplicate: 0, drop: 0, wrong_signature: 0, delay: 0, reorder: 0 }

export interface Attempt {
  at: number
  /** 0 where no answer came. */
  status: number
  duration_ms: number
  error?: string
}

interface Row {
  number: number
  id: string
  type: string
  body: string
  created_at: number
  state: 'pending' | 'sending' | 'delivered' | 'failed' | 'aborted' | 'dropped'
  next_at: number | null
  attempts: string
}

export interface WebhooksOptions {
  /** Where events go; none: they are kept, and not sent. */
  url?: string
  /** Signs each message with all of them; the second is the old one while rotating. */
  secrets: () => string[]
  faults?: Partial<Faults>
  /** Multiplies the waits of the schedule: less than 1 in tests. */
  scale?: number
}

export type Webhooks = ReturnType<typeof createWebhooks>

/** Sends events as Svix does for Clerk: signed, at least once, again on failure, and then no more. */
export function createWebhooks(store: Store, { url: firstUrl, secrets, faults: initial, scale = 1 }: WebhooksOptions) {
  let url = firstUrl
  let faults: Faults = { ...noFaults, ...initial }
  let timer: NodeJS.Timeout | undefined
  let sending = 0
  let stopped = false
  // What a crash interrupted is sent again: at least once.
  store.run('update messages set state = \'pending\', next_at = ? where state = \'sending\'', Date.now())

  function send(type: string, data: object): void {
    const now = Date.now()
    const event = {
      data, object: 'event', type, timestamp: now, instance_id: 'ins_local',
      event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'Local Clerk' } },
    }
    const dropped = Math.random() < faults.drop
    const due = now + faults.delay + Math.random() * faults.reorder
    store.run(
      'insert into messages (id, type, body, created_at, state, next_at, attempts) values (?, ?, ?, ?, ?, ?, \'[]\')',
      newId('msg'), type, JSON.stringify(event), now, dropped ? 'dropped' : 'pending', dropped ? null : Math.round(due))
    wake(0)
  }

  function wake(inMs: number): void {
    if (stopped || !url) return
    clearTimeout(timer)
    timer = setTimeout(work, Math.min(inMs, 60_000))
    timer.unref()
  }

  function work(): void {
    const free = concurrency - sending
    const due = store.all<Row>('select * from messages where next_at <= ? order by next_at, number limit ?', Date.now(), free)
    for (const message of due) {
      store.run('update messages set state = \'sending\', next_at = null where number = ?', message.number)
      sending++
      void attempt(message).finally(() => {
        sending--
        wake(0)
      })
    }
    const next = store.get<{ at: number | null }>('select min(next_at) as at from messages where next_at is not null')?.at
    if (next && sending < concurrency) wake(Math.max(0, next - Date.now()))
  }

  async function attempt(message: Row): Promise<void> {
    const started = Date.now()
    const done: Attempt = { at: started, status: 0, duration_ms: 0 }
    let aborted = false
    try {
      const response = await fetch(url!, { method: 'POST', body: message.body, headers: headers(message), redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
      done.status = response.status
      aborted = response.headers.get('webhook-delivery') === 'abort-message'
      await response.body?.cancel()
    }
    catch (error) {
      const { message, cause } = error as Error & { cause?: Error }
      done.error = cause?.message || message
    }
    if (stopped) return
    done.duration_ms = Date.now() - started
    settle(message, done, aborted)
  }

  function headers({ id, body }: Row): Record<string, string> {
    const at = new Date()
    const signing = Math.random() < faults.wrong_signature ? [`whsec_${randomBytes(24).toString('base64')}`] : secrets()
    return {
      'content-type': 'application/json',
      'user-agent': 'Svix-Webhooks/local',
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': signing.map(secret => new Webhook(secret).sign(id, at, body)).join(' '),
    }
  }

  function settle(message: Row, done: Attempt, aborted: boolean): void {
    // Read anew: a reset may have come while the attempt was under way.
    const row = store.get<Row>('select * from messages where number = ?', message.number)
    if (!row) return
    const attempts = [...JSON.parse(row.attempts) as Attempt[], done]
    const wait = schedule[attempts.length]
    let state: Row['state'] = 'pending'
    let next: number | null = null
    if (done.status >= 200 && done.status < 300) {
      state = 'delivered'
      if (attempts.length === 1 && Math.random() < faults.duplicate) next = Date.now()
    }
    else if (aborted) state = 'aborted'
    else if (wait === undefined) state = 'failed'
    else next = Date.now() + Math.round(wait * scale)
    store.run('update messages set state = ?, next_at = ?, attempts = ? where number = ?', state, next, JSON.stringify(attempts), message.number)
  }

  wake(0)
  return {
    send,
    url: () => url,
    /** Events that waited for an address are sent at once. */
    setUrl(to: string): void {
      url = to
      wake(0)
    },
    faults: () => faults,
    setFaults(changes: Partial<Faults>): void {
      faults = { ...faults, ...changes }
    },
    /** The newest messages first. */
    list(limit: number, before = Number.MAX_SAFE_INTEGER) {
      return store.all<Row>('select * from messages where number < ? order by number desc limit ?', before, limit)
        .map(({ body, attempts, ...rest }) => ({ ...rest, attempts: JSON.parse(attempts) as Attempt[], body: JSON.parse(body) as object }))
    },
    /** Sends a message again, with the id that it had. */
    replay(id: string): boolean {
      const { changes } = store.run('update messages set state = \'pending\', next_at = ? where id = ?', Date.now(), id)
      wake(0)
      return Number(changes) > 0
    },
    /** Whether no message waits or is under way. */
    idle: () => sending === 0 && !store.get('select 1 from messages where next_at is not null limit 1'),
    stop(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}

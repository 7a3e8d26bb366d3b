import { EventEmitter } from 'node:events'
import { containing, newId } from '../store.ts'
import type { Store } from '../store.ts'
import { deliver, wrongSecret } from './delivery.ts'
import type { Attempt, Delivery } from './delivery.ts'
import { happens, noFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { schedule } from './schedule.ts'

/** The number of deliveries at a time. */
const concurrency = 16

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
  /** The endpoint. Messages are queued until it is set. */
  url?: string
  /** The secrets that sign each message: during a rotation, the new one and the old one. */
  secrets: () => string[]
  faults?: Partial<Faults>
  /** Multiplies the waits of the schedule: less than 1 in tests. */
  scale?: number
}

export type Webhooks = ReturnType<typeof createWebhooks>

/** Sends events as Svix does for Clerk: signed, at least once, with retries until the schedule ends. */
export function createWebhooks(store: Store, { url: firstUrl, secrets, faults: initial, scale = 1 }: WebhooksOptions) {
  let url = firstUrl
  let faults: Faults = { ...noFaults, ...initial }
  let timer: NodeJS.Timeout | undefined
  let sending = 0
  let stopped = false
  const changes = new EventEmitter<{ change: [] }>()
  // Delivery is at least once: an attempt interrupted by a crash is repeated.
  store.run(`update messages set state = 'pending', next_at = ? where state = 'sending'`, Date.now())

  function send(type: string, data: object): void {
    const now = Date.now()
    const event = {
      data,
      object: 'event',
      type,
      timestamp: now,
      instance_id: 'ins_local',
      event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'Local Clerk' } },
    }
    const isDropped = happens(faults.drop)
    const due = now + faults.delay + Math.random() * faults.reorder
    store.run(
      `insert into messages (id, type, body, created_at, state, next_at, attempts) values (?, ?, ?, ?, ?, ?, '[]')`,
      newId('msg'),
      type,
      JSON.stringify(event),
      now,
      isDropped ? 'dropped' : 'pending',
      isDropped ? null : Math.round(due),
    )
    changes.emit('change')
    wake(0)
  }

  function wake(inMs: number): void {
    if (stopped || !url) return
    clearTimeout(timer)
    timer = setTimeout(work, Math.min(inMs, 60_000))
    timer.unref()
  }

  function work(): void {
    const due = store.all<Row>(
      'select * from messages where next_at <= ? order by next_at, number limit ?',
      Date.now(),
      concurrency - sending,
    )
    for (const message of due) {
      store.run(`update messages set state = 'sending', next_at = null where number = ?`, message.number)
      sending++
      void attempt(message).finally(() => {
        sending--
        wake(0)
      })
    }
    const next = store.get<{ at: number | null }>(
      'select min(next_at) as at from messages where next_at is not null',
    )?.at
    if (next && sending < concurrency) wake(Math.max(0, next - Date.now()))
  }

  async function attempt({ number, id, body }: Row): Promise<void> {
    const signedWith = happens(faults.wrong_signature) ? [wrongSecret()] : secrets()
    const delivery = await deliver(url!, id, body, signedWith)
    if (!stopped) settle(number, delivery)
  }

  function settle(number: number, { attempt, aborted }: Delivery): void {
    // Read again, because a reset may have deleted the message during the attempt.
    const row = store.get<Row>('select * from messages where number = ?', number)
    if (!row) return
    const attempts = [...JSON.parse(row.attempts) as Attempt[], attempt]
    const wait = schedule[attempts.length]
    let state: Row['state'] = 'pending'
    let next: number | null = null
    if (attempt.status >= 200 && attempt.status < 300) {
      state = 'delivered'
      if (attempts.length === 1 && happens(faults.duplicate)) next = Date.now()
    }
    else if (aborted) {
      state = 'aborted'
    }
    else if (wait === undefined) {
      state = 'failed'
    }
    else {
      next = Date.now() + Math.round(wait * scale)
    }
    store.run(
      'update messages set state = ?, next_at = ?, attempts = ? where number = ?',
      state,
      next,
      JSON.stringify(attempts),
      number,
    )
    changes.emit('change')
  }

  wake(0)
  return {
    send,

    /** Emits `change` when a message was sent or attempted. */
    changes,

    url: () => url,

    /** Sets the endpoint, and sends the messages that are due. */
    setUrl(to: string): void {
      url = to
      wake(0)
    },

    faults: () => faults,

    setFaults(changes: Partial<Faults>): void {
      faults = { ...faults, ...changes }
    },

    /**
     * Messages, the newest first.
     * @param query  a part of the message's id, its event type, its state, or the id of what it is about
     */
    list(limit: number, before = Number.MAX_SAFE_INTEGER, query = '') {
      const rows = store.all<Row>(
        // The index has all that is searched: reading every body would take ten times as long.
        `select * from messages
         where number in (
           select number from messages
           where number < ?1 and (
             id like ?2 escape '\\'
             or type like ?2 escape '\\'
             or state like ?2 escape '\\'
             or json_extract(body, '$.data.id') like ?2 escape '\\'
           )
           order by number desc limit ?3
         )
         order by number desc`,
        before,
        containing(query),
        limit,
      )
      return rows.map(({ body, attempts, ...rest }) => ({
        ...rest,
        attempts: JSON.parse(attempts) as Attempt[],
        body: JSON.parse(body) as object,
      }))
    },

    /**
     * Resends a message under the same id.
     * @returns whether there is such a message
     */
    replay(id: string): boolean {
      const { changes } = store.run(
        `update messages set state = 'pending', next_at = ? where id = ?`,
        Date.now(),
        id,
      )
      wake(0)
      return Number(changes) > 0
    },

    /** Whether the queue is empty and no delivery is in progress. */
    idle: () => sending === 0 && !store.get('select 1 from messages where next_at is not null limit 1'),

    stop(): void {
      stopped = true
      clearTimeout(timer)
    },
  }
}

import { Webhook } from 'standardwebhooks'
import { createEvent } from '../../local-clerk/webhooks/payloads/index.ts'

export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

export interface Message {
  id: string
  body: string
}

let count = 0

/** A message as Svix sends it: its id stays the same at every attempt. */
export function message(event: unknown, id = `msg_${process.pid}_${count++}`): Message {
  return { id, body: typeof event === 'string' ? event : JSON.stringify(event) }
}

/** The headers of one attempt. */
export function sign({ id, body }: Message, { at = new Date(), secrets = [secret] } = {}): Record<string, string> {
  return {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
    'svix-signature': secrets.map(each => new Webhook(each).sign(id, at, body)).join(' '),
  }
}

export interface Answer {
  /** 0 where the connection broke before an answer. */
  status: number
  headers: Headers
  body: { outcome?: string, message?: string }
}

/** One attempt at a delivery. */
export async function deliver(url: string, sent: Message, headers = sign(sent)): Promise<Answer> {
  try {
    const response = await fetch(url, { method: 'POST', body: sent.body, headers, signal: AbortSignal.timeout(20_000) })
    return { status: response.status, headers: response.headers, body: await response.json() as Answer['body'] }
  }
  catch {
    return { status: 0, headers: new Headers(), body: {} }
  }
}

/** A user event with a version and seeds of its own. */
export function userEvent(type: 'user.created' | 'user.updated', id: string, version: number, unsafe_metadata: Record<string, unknown> = {}) {
  const event = createEvent(type, { id, at: version })
  return { ...event, data: { ...event.data, updated_at: version, unsafe_metadata } }
}

/** Runs the tasks with at most `limit` at a time. */
export async function pooled<T>(limit: number, tasks: (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  const queue = tasks.entries()
  await Promise.all(Array.from({ length: limit }, async () => {
    for (const [index, task] of queue) results[index] = await task()
  }))
  return results
}

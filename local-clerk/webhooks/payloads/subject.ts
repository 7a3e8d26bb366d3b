import type { WebhookEvent } from '@clerk/backend/webhooks'

export type EventType = WebhookEvent['type']
type Narrow<Event, Type> = Event extends { type: infer Types } ? Type extends Types ? Event : never : never
/** Clerk's event of one type, with its payload. */
export type EventOf<Type extends EventType> = Narrow<WebhookEvent, Type>
export type DataOf<Type extends EventType> = EventOf<Type>['data']

/** The Clerk user that an event is about, and the time of the event in milliseconds since the epoch. */
export interface Subject {
  id: string
  at: number
}

export const instanceId = 'ins_local'
export const day = 86_400_000

/** Ids of other objects derive from the user's id, so that the same user always has the same session. */
export const idOf = (prefix: string, { id }: Subject) => `${prefix}_${id.replace(/^user_/, '')}`
export const nameOf = (id: string) => id.replace(/^user_/, '').toLowerCase()
export const emailOf = (id: string) => `${nameOf(id)}@example.com`
export const imageOf = (id: string) => `https://img.clerk.com/${id}`

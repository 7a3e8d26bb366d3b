import type { WebhookEvent } from '@clerk/backend/webhooks'
import type { Applied } from './apply.ts'
import { decodeChange, decodeDeletion } from './decode.ts'
import type { Seeds, UserChange, UserDeletion } from './decode.ts'

export type EventType = WebhookEvent['type']
type Narrow<Event, Type> = Event extends { type: infer Types } ? Type extends Types ? Event : never : never
/** A Clerk event of one type, with the payload of that type. */
export type EventOf<Type extends EventType> = Narrow<WebhookEvent, Type>
/** The types of events that are not about users, which the sync handles itself. */
export type OtherType = Exclude<EventType, 'user.created' | 'user.updated' | 'user.deleted'>

/** What was done with an event: a change of the profile, which is written next, or the outcome of what is done. */
export type Handled = ({ change: UserChange | UserDeletion } | { outcome: Applied | 'ignored' }) & {
  /** Stored as the delivery's error message. */
  note?: string
}

/**
 * Handles an event. Clerk's types are not checked at run time, so decode the fields that you use. It may return
 * nothing, which counts as applied.
 * @throws RejectedEvent when the event is unusable; after any other error Clerk sends the event again
 */
export type Handler<Type extends OtherType> = (event: EventOf<Type>) => Promise<Outcome> | Promise<void>
interface Outcome {
  outcome: Applied | 'ignored'
  note?: string
}
export type Handlers = { [Type in OtherType]?: Handler<Type> }

/** Creates the function that decides what an event changes. Types without a handler are ignored. */
export function createHandle({ readSeeds, handlers }: {
  readSeeds: (metadata: Record<string, unknown>) => Seeds
  handlers: Handlers
}) {
  return async (event: WebhookEvent): Promise<Handled> => {
    switch (event.type) {
      case 'user.created':
      case 'user.updated': return decodeChange(event.data, readSeeds)
      case 'user.deleted': return { change: decodeDeletion(event.data) }
    }
    if (!Object.hasOwn(handlers, event.type)) return { outcome: 'ignored' }
    const handler = handlers[event.type] as Handler<OtherType> | undefined
    return await handler?.(event as EventOf<OtherType>) ?? { outcome: handler ? 'applied' : 'ignored' }
  }
}

import type { WebhookEvent } from '@clerk/backend/webhooks'
import type { Applied } from './apply.ts'
import { decodeChange, decodeDeletion } from './decode.ts'
import type { UserChange, UserDeletion } from './decode.ts'
import { keepLastSeen } from './last-seen.ts'

export type EventType = WebhookEvent['type']
type Narrow<Event, Type> = Event extends { type: infer Types } ? Type extends Types ? Event : never : never
/** A Clerk event of one type, with the payload of that type. */
type EventOf<Type extends EventType> = Narrow<WebhookEvent, Type>

/** What a handler knows. */
export interface Settings {
  /** Whether LAST_SEEN is on. */
  lastSeen: boolean
}

/** The result of a handler: a change of the profile, which is written next, or the outcome of what it has done. */
export type Handled = ({ change: UserChange | UserDeletion } | { outcome: Applied | 'ignored' }) & {
  /** Stored as the delivery's error message. */
  note?: string
}

/**
 * Handles an event. Clerk's types are not checked at run time, so decode the fields that you use with Zod.
 * @throws RejectedEvent when the event is unusable; after any other error Clerk sends the event again
 */
export type Handler<Type extends EventType> = (event: EventOf<Type>, settings: Settings) => Promise<Handled>

const keepUser: Handler<'user.created' | 'user.updated'> = async event => decodeChange(event.data)

const buryUser: Handler<'user.deleted'> = async event => ({ change: decodeDeletion(event.data) })

const ignore = async (): Promise<Handled> => ({ outcome: 'ignored' })

/**
 * The handler of each event type that Clerk documents. To handle another type, replace `ignore`: your handler gets the
 * event narrowed to its type. `last-seen.ts` is an example. If Clerk adds a type, the type check fails here.
 */
export const handlers: { [Type in EventType]: Handler<Type> } = {
  'user.created': keepUser,
  'user.updated': keepUser,
  'user.deleted': buryUser,
  'email.created': ignore,
  'sms.created': ignore,
  'session.created': keepLastSeen,
  'session.ended': ignore,
  'session.removed': ignore,
  'session.revoked': ignore,
  'organization.created': ignore,
  'organization.updated': ignore,
  'organization.deleted': ignore,
  'organizationDomain.created': ignore,
  'organizationDomain.updated': ignore,
  'organizationDomain.deleted': ignore,
  'organizationInvitation.created': ignore,
  'organizationInvitation.accepted': ignore,
  'organizationInvitation.revoked': ignore,
  'organizationMembership.created': ignore,
  'organizationMembership.updated': ignore,
  'organizationMembership.deleted': ignore,
  'role.created': ignore,
  'role.updated': ignore,
  'role.deleted': ignore,
  'permission.created': ignore,
  'permission.updated': ignore,
  'permission.deleted': ignore,
  'waitlistEntry.created': ignore,
  'waitlistEntry.updated': ignore,
  'paymentAttempt.created': ignore,
  'paymentAttempt.updated': ignore,
  'subscription.created': ignore,
  'subscription.updated': ignore,
  'subscription.active': ignore,
  'subscription.pastDue': ignore,
  'subscriptionItem.created': ignore,
  'subscriptionItem.updated': ignore,
  'subscriptionItem.active': ignore,
  'subscriptionItem.canceled': ignore,
  'subscriptionItem.upcoming': ignore,
  'subscriptionItem.ended': ignore,
  'subscriptionItem.abandoned': ignore,
  'subscriptionItem.incomplete': ignore,
  'subscriptionItem.pastDue': ignore,
  'subscriptionItem.freeTrialEnding': ignore,
}

/** Runs the handler of an event. Types that this version does not know are ignored. */
export async function handle(event: WebhookEvent, settings: Settings): Promise<Handled> {
  const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] as Handler<EventType> : ignore
  return handler(event as EventOf<EventType>, settings)
}

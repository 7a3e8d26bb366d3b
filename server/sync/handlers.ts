import type { WebhookEvent } from '@clerk/backend/webhooks'
import type { Applied } from './apply.ts'
import { decodeChange, decodeDeletion } from './decode.ts'
import type { UserChange, UserDeletion } from './decode.ts'

export type EventType = WebhookEvent['type']
type Narrow<Event, Type> = Event extends { type: infer Types } ? Type extends Types ? Event : never : never
/** Clerk's event of one type, with the payload that goes with it. */
export type EventOf<Type extends EventType> = Narrow<WebhookEvent, Type>

/** What a handler may do. */
export interface Effects {
  /** Applies to the profile; resolves when that is durable. */
  apply: (event: UserChange | UserDeletion) => Promise<Applied>
}

export interface Handled {
  outcome: Applied | 'ignored'
  /** Kept on the delivery. */
  note?: string
}

/**
 * Does what an event asks for. Clerk's types are a promise, not a check: decode what you use with Zod.
 * @throws RejectedEvent when the event cannot be used; any other error makes Clerk send it again
 */
export type Handler<Type extends EventType> = (event: EventOf<Type>, effects: Effects) => Promise<Handled>

const keepUser: Handler<'user.created' | 'user.updated'> = async (event, { apply }) => {
  const { change, note } = decodeChange(event.data)
  return { outcome: await apply(change), note }
}

const buryUser: Handler<'user.deleted'> = async (event, { apply }) => {
  return { outcome: await apply(decodeDeletion(event.data)) }
}

const ignore = async (): Promise<Handled> => ({ outcome: 'ignored' })

/**
 * What is done for each event type that Clerk documents. To use one, put a handler in its place:
 * its event arrives narrowed to the type. A type that Clerk adds later fails the type check here.
 */
export const handlers: { [Type in EventType]: Handler<Type> } = {
  'user.created': keepUser,
  'user.updated': keepUser,
  'user.deleted': buryUser,
  'email.created': ignore,
  'sms.created': ignore,
  'session.created': ignore,
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

/** Clerk sends types that this version does not know: those are ignored too. */
export async function handle(event: WebhookEvent, effects: Effects): Promise<Handled> {
  const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] as Handler<EventType> : ignore
  return handler(event as EventOf<EventType>, effects)
}

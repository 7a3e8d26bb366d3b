import type { Handler, OtherType } from './handle.ts'
import { keepLastSeen } from './last-seen.ts'

/** The types that the sync handles itself. */
const userTypes = ['user.created', 'user.updated', 'user.deleted']

/** What a handler's choice depends on. */
interface Settings {
  /** Whether LAST_SEEN is on. */
  lastSeen: boolean
}

const ignore = async () => ({ outcome: 'ignored' as const })

/**
 * The handler of each event type that Clerk documents, beside those of users. To handle another type, replace `ignore`:
 * your handler gets the event narrowed to its type. `last-seen.ts` is an example. If Clerk adds a type, the type check
 * fails here.
 */
export const handlersOf = ({ lastSeen }: Settings): { [Type in OtherType]: Handler<Type> } => ({
  'email.created': ignore,
  'sms.created': ignore,
  'session.created': lastSeen ? keepLastSeen : ignore,
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
})

/** Every event type that Clerk documents. */
export const knownTypes: ReadonlySet<string> = new Set([...userTypes, ...Object.keys(handlersOf({ lastSeen: false }))])

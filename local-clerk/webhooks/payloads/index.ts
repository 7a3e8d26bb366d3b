import type { DeletedObjectJSON } from '@clerk/backend'
import { paymentAttempt, subscription, subscriptionItem } from './billing.ts'
import { domain, invitation, membership, organization, permission, role } from './organizations.ts'
import { idOf, instanceId } from './subject.ts'
import type { DataOf, EventOf, EventType, Subject } from './subject.ts'
import { createEmail, createPhone, createUser, email, session, sms, waitlistEntry } from './users.ts'
import type { User } from './users.ts'

export { createEmail, createPhone, createUser }
export type { EventOf, EventType, User }

const deleted = (object: string, idFor: (subject: Subject) => string) =>
  (subject: Subject): DeletedObjectJSON => ({ object, id: idFor(subject), deleted: true })

/** An event type that Clerk adds fails the type check here until it has a payload. */
const payloads: { [Type in EventType]: (subject: Subject) => DataOf<Type> } = {
  'user.created': ({ id, at }) => createUser(id, at),
  'user.updated': ({ id, at }) => createUser(id, at),
  'user.deleted': deleted('user', ({ id }) => id),
  'email.created': email,
  'sms.created': sms,
  'session.created': session('active'),
  'session.ended': session('ended'),
  'session.removed': session('removed'),
  'session.revoked': session('revoked'),
  'organization.created': organization,
  'organization.updated': organization,
  'organization.deleted': deleted('organization', subject => idOf('org', subject)),
  'organizationDomain.created': domain,
  'organizationDomain.updated': domain,
  'organizationDomain.deleted': deleted('organization_domain', subject => idOf('orgdmn', subject)),
  'organizationInvitation.created': invitation,
  'organizationInvitation.accepted': subject => ({ ...invitation(subject), status: 'accepted', user_id: subject.id }),
  'organizationInvitation.revoked': subject => ({ ...invitation(subject), status: 'revoked' }),
  'organizationMembership.created': membership,
  'organizationMembership.updated': membership,
  'organizationMembership.deleted': membership,
  'role.created': role,
  'role.updated': role,
  'role.deleted': role,
  'permission.created': permission,
  'permission.updated': permission,
  'permission.deleted': permission,
  'waitlistEntry.created': waitlistEntry,
  'waitlistEntry.updated': waitlistEntry,
  'paymentAttempt.created': paymentAttempt('pending'),
  'paymentAttempt.updated': paymentAttempt('paid'),
  'subscription.created': subscription('active'),
  'subscription.updated': subscription('active'),
  'subscription.active': subscription('active'),
  'subscription.pastDue': subscription('past_due'),
  'subscriptionItem.created': subscriptionItem('active'),
  'subscriptionItem.updated': subscriptionItem('active'),
  'subscriptionItem.active': subscriptionItem('active'),
  'subscriptionItem.canceled': subscriptionItem('canceled'),
  'subscriptionItem.upcoming': subscriptionItem('upcoming'),
  'subscriptionItem.ended': subscriptionItem('ended'),
  'subscriptionItem.abandoned': subscriptionItem('abandoned'),
  'subscriptionItem.incomplete': subscriptionItem('incomplete'),
  'subscriptionItem.pastDue': subscriptionItem('past_due'),
  'subscriptionItem.freeTrialEnding': subscriptionItem('active'),
}

export const eventTypes = Object.keys(payloads) as readonly EventType[]

/**
 * An event as Clerk sends it: the envelope and an example payload.
 * @param options.id  the Clerk user that the event is about
 * @param options.at  the time of the event, in milliseconds since the epoch
 */
export function createEvent<Type extends EventType>(
  type: Type,
  { id = 'user_123', at = Date.now() } = {},
): EventOf<Type> {
  const event = {
    data: payloads[type]({ id, at }),
    object: 'event',
    type,
    timestamp: at,
    instance_id: instanceId,
    event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'Addendum' } },
  }
  // The registry's type ties each payload to its event; TypeScript does not follow that through a generic.
  return event as unknown as EventOf<Type>
}

import type {
  DeletedObjectJSON, EmailJSON, OrganizationDomainJSON, OrganizationInvitationJSON, OrganizationJSON,
  OrganizationMembershipJSON, SMSMessageJSON, UserJSON,
} from '@clerk/backend'
import type { WebhookEvent } from '@clerk/backend/webhooks'

export type EventType = WebhookEvent['type']
type Narrow<Event, Type> = Event extends { type: infer Types } ? Type extends Types ? Event : never : never
/** Clerk's event of one type, with its payload. */
export type EventOf<Type extends EventType> = Narrow<WebhookEvent, Type>
type DataOf<Type extends EventType> = EventOf<Type>['data']

/** The Clerk user that an event is about, and when, in milliseconds since the epoch. */
interface Subject {
  id: string
  at: number
}

const day = 86_400_000
/** Other objects take the part of their user's id that is their own: the same user has the same session. */
const idOf = (prefix: string, { id }: Subject) => `${prefix}_${id.replace(/^user_/, '')}`
const nameOf = (id: string) => id.replace(/^user_/, '').toLowerCase()
const emailOf = (id: string) => `${nameOf(id)}@example.com`
const imageOf = (id: string) => `https://img.clerk.com/${id}`

/**
 * A whole Clerk user who has just signed up with e-mail and password.
 * @param at  created_at and updated_at, milliseconds since the epoch
 */
export function createUser(id: string, at: number): UserJSON {
  const emailId = idOf('idn', { id, at })
  return {
    object: 'user',
    id,
    username: nameOf(id),
    first_name: 'Robin',
    last_name: 'Example',
    image_url: imageOf(id),
    has_image: false,
    primary_email_address_id: emailId,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    email_addresses: [{ object: 'email_address', id: emailId, email_address: emailOf(id), verification: null, linked_to: [] }],
    phone_numbers: [],
    web3_wallets: [],
    organization_memberships: null,
    external_accounts: [],
    enterprise_accounts: [],
    password_last_updated_at: at,
    public_metadata: {},
    private_metadata: {},
    unsafe_metadata: {},
    external_id: null,
    last_sign_in_at: at,
    banned: false,
    locked: false,
    deprovisioned: false,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: 100,
    created_at: at,
    updated_at: at,
    last_active_at: at,
    create_organization_enabled: true,
    create_organizations_limit: null,
    delete_self_enabled: true,
    legal_accepted_at: null,
    locale: null,
    timezone: null,
  }
}

const user = ({ id, at }: Subject) => createUser(id, at)

const email = (subject: Subject): EmailJSON => ({
  object: 'email',
  id: idOf('ema', subject),
  slug: 'verification_code',
  from_email_name: 'verifications',
  to_email_address: emailOf(subject.id),
  email_address_id: idOf('idn', subject),
  user_id: subject.id,
  subject: '424242 is your verification code',
  body: '<p>Your code is 424242</p>',
  body_plain: 'Your code is 424242',
  status: 'queued',
  data: { otp_code: '424242' },
  delivered_by_clerk: true,
})

const sms = (subject: Subject): SMSMessageJSON => ({
  object: 'sms_message',
  id: idOf('sms', subject),
  slug: 'verification_code',
  from_phone_number: '+15555550100',
  to_phone_number: '+15555550101',
  phone_number_id: idOf('idn', subject),
  user_id: subject.id,
  message: '424242 is your verification code',
  status: 'queued',
  data: { otp_code: '424242' },
  delivered_by_clerk: true,
})

const session = (status: string) => (subject: Subject): DataOf<'session.created'> => ({
  object: 'session',
  id: idOf('sess', subject),
  client_id: idOf('client', subject),
  user_id: subject.id,
  status,
  actor: null,
  last_active_at: subject.at,
  expire_at: subject.at + 7 * day,
  abandon_at: subject.at + 30 * day,
  created_at: subject.at,
  updated_at: subject.at,
  user: null,
})

const organization = (subject: Subject): OrganizationJSON => ({
  object: 'organization',
  id: idOf('org', subject),
  name: 'Example Ltd',
  slug: 'example-ltd',
  image_url: imageOf(idOf('org', subject)),
  has_image: false,
  members_count: 1,
  pending_invitations_count: 0,
  max_allowed_memberships: 5,
  admin_delete_enabled: true,
  public_metadata: {},
  private_metadata: {},
  created_by: subject.id,
  created_at: subject.at,
  updated_at: subject.at,
})

const domain = (subject: Subject): OrganizationDomainJSON => ({
  object: 'organization_domain',
  id: idOf('orgdmn', subject),
  name: 'example.com',
  organization_id: idOf('org', subject),
  enrollment_mode: 'manual_invitation',
  verification: null,
  affiliation_email_address: null,
  created_at: subject.at,
  updated_at: subject.at,
  total_pending_invitations: 0,
  total_pending_suggestions: 0,
})

const invitation = (subject: Subject): OrganizationInvitationJSON => ({
  object: 'organization_invitation',
  id: idOf('orginv', subject),
  email_address: emailOf(subject.id),
  role: 'org:member',
  role_name: 'Member',
  organization_id: idOf('org', subject),
  status: 'pending',
  public_metadata: {},
  private_metadata: {},
  url: null,
  created_at: subject.at,
  updated_at: subject.at,
  expires_at: subject.at + 30 * day,
})

const membership = (subject: Subject): OrganizationMembershipJSON => ({
  object: 'organization_membership',
  id: idOf('orgmem', subject),
  public_metadata: {},
  private_metadata: {},
  role: 'org:admin',
  permissions: ['org:sys_memberships:read'],
  created_at: subject.at,
  updated_at: subject.at,
  organization: organization(subject),
  public_user_data: {
    identifier: emailOf(subject.id),
    first_name: 'Robin',
    last_name: 'Example',
    image_url: imageOf(subject.id),
    has_image: false,
    user_id: subject.id,
  },
})

const permission = (subject: Subject): DataOf<'permission.created'> => ({
  object: 'permission',
  id: idOf('perm', subject),
  key: 'org:reports:read',
  name: 'Read reports',
  description: 'May read reports',
  created_at: subject.at,
  updated_at: subject.at,
})

const role = (subject: Subject): DataOf<'role.created'> => ({
  object: 'role',
  id: idOf('role', subject),
  key: 'org:reader',
  name: 'Reader',
  description: 'Reads reports',
  permissions: [permission(subject)],
  is_creator_eligible: false,
  created_at: subject.at,
  updated_at: subject.at,
})

const waitlistEntry = (subject: Subject): DataOf<'waitlistEntry.created'> => ({
  object: 'waitlist_entry',
  id: idOf('wle', subject),
  status: 'pending',
  email_address: emailOf(subject.id),
  invitation: null,
  is_locked: false,
  created_at: subject.at,
  updated_at: subject.at,
})

const money = (amount: number) => ({ amount, amount_formatted: (amount / 100).toFixed(2), currency: 'USD', currency_symbol: '$' })

const payer = (subject: Subject) => ({
  object: 'commerce_payer' as const,
  id: idOf('payer', subject),
  instance_id: instanceId,
  user_id: subject.id,
  first_name: 'Robin',
  last_name: 'Example',
  email: emailOf(subject.id),
  image_url: imageOf(subject.id),
  created_at: subject.at,
  updated_at: subject.at,
})

const subscriptionItem = (status: DataOf<'subscriptionItem.created'>['status']) => (subject: Subject): DataOf<'subscriptionItem.created'> => ({
  object: 'commerce_subscription_item',
  id: idOf('csub_item', subject),
  status,
  credit: { amount: money(0), cycle_days_remaining: 0, cycle_days_total: 30, cycle_remaining_percent: 0 },
  proration_date: new Date(subject.at).toISOString(),
  plan_period: 'month',
  period_start: subject.at,
  period_end: subject.at + 30 * day,
  lifetime_paid: 0,
  next_payment_amount: 1_000,
  next_payment_date: subject.at + 30 * day,
  amount: money(1_000),
  plan: null,
  plan_id: idOf('cplan', subject),
  payer: payer(subject),
})

const subscription = (status: DataOf<'subscription.created'>['status']) => (subject: Subject): DataOf<'subscription.created'> => ({
  object: 'commerce_subscription',
  id: idOf('csub', subject),
  status,
  created_at: subject.at,
  updated_at: subject.at,
  latest_payment_id: idOf('cpayment', subject),
  payer_id: idOf('payer', subject),
  payer: payer(subject),
  payment_source_id: idOf('csrc', subject),
  items: [subscriptionItem('active')(subject)],
})

const paymentAttempt = (status: DataOf<'paymentAttempt.created'>['status']) => (subject: Subject): DataOf<'paymentAttempt.created'> => ({
  object: 'commerce_payment_attempt',
  id: idOf('cpayatt', subject),
  instance_id: instanceId,
  payment_id: idOf('cpayment', subject),
  statement_id: idOf('cstmt', subject),
  gateway_external_id: idOf('pi', subject),
  status,
  created_at: subject.at,
  updated_at: subject.at,
  billing_date: subject.at,
  charge_type: 'recurring',
  payee: { id: 'payee_local', gateway_type: 'stripe', gateway_external_id: 'acct_local', gateway_status: 'active' },
  payer: payer(subject),
  totals: { subtotal: money(1_000), tax_total: money(0), grand_total: money(1_000) },
  payment_source: {
    id: idOf('csrc', subject),
    gateway: 'stripe',
    gateway_external_id: idOf('pm', subject),
    payment_method: 'card',
    status: 'active',
    card_type: 'visa',
    last4: '4242',
  },
  subscription_items: [subscriptionItem('active')(subject)],
})

const deleted = (object: string, idFor: (subject: Subject) => string) =>
  (subject: Subject): DeletedObjectJSON => ({ object, id: idFor(subject), deleted: true })

/** A type that Clerk adds fails the type check here until it has a payload. */
const payloads: { [Type in EventType]: (subject: Subject) => DataOf<Type> } = {
  'user.created': user,
  'user.updated': user,
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

const instanceId = 'ins_local'

export const eventTypes = Object.keys(payloads) as readonly EventType[]

/**
 * An event as Clerk sends it, envelope and payload.
 * @param options.id  the Clerk user that it is about
 * @param options.at  when, in milliseconds since the epoch
 */
export function createEvent<Type extends EventType>(type: Type, { id = 'user_123', at = Date.now() } = {}): EventOf<Type> {
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

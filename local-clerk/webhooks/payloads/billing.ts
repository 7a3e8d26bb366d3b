import { day, emailOf, idOf, imageOf, instanceId } from './subject.ts'
import type { DataOf, Subject } from './subject.ts'

type ItemStatus = DataOf<'subscriptionItem.created'>['status']
type SubscriptionStatus = DataOf<'subscription.created'>['status']
type PaymentStatus = DataOf<'paymentAttempt.created'>['status']

/** @param amount  in cents */
const money = (amount: number) => ({
  amount,
  amount_formatted: (amount / 100).toFixed(2),
  currency: 'USD',
  currency_symbol: '$',
})

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

export const subscriptionItem = (status: ItemStatus) => (subject: Subject): DataOf<'subscriptionItem.created'> => ({
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

export const subscription = (status: SubscriptionStatus) => (subject: Subject): DataOf<'subscription.created'> => ({
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

export const paymentAttempt = (status: PaymentStatus) => (subject: Subject): DataOf<'paymentAttempt.created'> => ({
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

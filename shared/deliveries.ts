import * as z from 'zod/mini'
import { outcomes } from './delivery-fields.ts'
import type { deliveryFilterNames } from './delivery-fields.ts'
import { listOf, wholeNumber } from './query.ts'

export * from './delivery-fields.ts'

const filter = <T extends z.ZodMiniType>(schema: T, description: string) =>
  z.optional(schema).check(z.describe(description))
const text = (message: string) => z.string(message).check(z.trim(), z.minLength(1, message), z.maxLength(256, message))
/** Also accepts a day, which is its start in UTC. */
const time = z.pipe(
  z.transform((value: unknown) => {
    return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value
  }),
  z.iso.datetime({ offset: true, error: 'Give a day, as YYYY-MM-DD, or a time, as 2026-05-12T08:30:00Z' }),
)

const filters = {
  outcome: filter(
    listOf(z.enum(outcomes, `Outcomes: ${outcomes.join(', ')}`), outcomes.length),
    'Several values match any of them',
  ),
  type: filter(text('Give an event type, such as user.updated'), 'The type of the event'),
  clerk_id: filter(text('Give a Clerk user id'), 'The user that the event is about'),
  id: filter(text('Give the id of a message'), 'The svix-id of the message'),
  from: filter(time, 'Last attempt at this time or later'),
  to: filter(time, 'Last attempt before this time'),
} satisfies Record<(typeof deliveryFilterNames)[number], unknown>

const inOrder = z.refine<{ from?: string, to?: string }>(
  ({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to),
  { error: 'Give a time after `from`', path: ['to'], params: { code: 'not_after_start' } },
)
const unknown = {
  error: (issue: { code?: string, keys?: string[] }) =>
    issue.code === 'unrecognized_keys' ? `There is no such filter: ${issue.keys!.join(', ')}` : undefined,
}

/** The query of GET /api/admin/deliveries. */
export const deliveriesQuery = z.strictObject({
  ...filters,
  cursor: filter(
    z.string().check(z.regex(/^\d{1,15}-\d{1,9}$/, 'Take the cursor from next_cursor of the page before')),
    'next_cursor of the page before',
  ),
  limit: z._default(wholeNumber(1, 100), 50).check(z.describe('Deliveries per page')),
}, unknown).check(inOrder)
export type DeliveriesQuery = z.infer<typeof deliveriesQuery>

/** The query of GET /api/admin/deliveries/chart. Without `from`, it begins a day before its end. */
export const deliveryChartQuery = z.strictObject(filters, unknown).check(inOrder)
export type DeliveryChartQuery = z.infer<typeof deliveryChartQuery>

const count = z.int().check(z.nonnegative())

/** GET /api/admin/deliveries/chart: deliveries by outcome over time, at most 60 buckets. */
export const deliveryChart = z.strictObject({
  bucket_seconds: count,
  buckets: z.array(z.strictObject({
    /** The start of the bucket. */
    at: z.iso.datetime(),
    applied: count,
    stale: count,
    ignored: count,
    rejected: count,
    failed: count,
  })),
})
export type DeliveryChart = z.infer<typeof deliveryChart>

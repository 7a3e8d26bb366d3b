/** The outcome of a webhook message. All but `failed` are final. */
export const outcomes = ['applied', 'stale', 'ignored', 'rejected', 'failed'] as const
export type Outcome = (typeof outcomes)[number]

/** The filters of the deliveries, by URL parameter. */
export const deliveryFilterNames = ['outcome', 'type', 'clerk_id', 'id', 'from', 'to'] as const

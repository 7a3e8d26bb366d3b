/** Matches rows that are not tombstones. Other programs may have stored null or another type there. */
export const notDeleted = { deleted_at: { $not: { $type: 'date' } } } as const

/** Matches a user's row unless it is a tombstone. */
export const alive = (clerk_id: string) => ({ clerk_id, ...notDeleted })

/** The hint for filters by clerk_id, so that MongoDB plans nothing. */
export const byClerkId = { clerk_id: 1 } as const

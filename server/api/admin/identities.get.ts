import { identitiesQuery } from '../../../shared/search.ts'
import type { IdentitiesAnswer } from '../../../shared/search.ts'

/** Who users are, as Clerk knows it: for the rows of a page, after them. */
export default defineEventHandler(async (event): Promise<IdentitiesAnswer> => {
  requireAdmin(event)
  const { clerk_id } = validQuery(event, identitiesQuery)
  const found = await identities(event).find(clerk_id)
  return { identities: Object.fromEntries(found), complete: clerk_id.every(id => found.has(id)) }
})

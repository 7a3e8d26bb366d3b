import * as z from 'zod/mini'
import { listOf } from '../../../shared/search.ts'
import type { IdentitiesAnswer } from '../../../shared/search.ts'

const query = z.strictObject({ clerk_id: listOf(z.string(), 100) })

/** Who users are, as Clerk knows it: for the rows of a page, after them. */
export default defineEventHandler(async (event): Promise<IdentitiesAnswer> => {
  requireAdmin(event)
  const { clerk_id } = validQuery(event, query)
  const found = await identities(event).find(clerk_id)
  return { identities: Object.fromEntries(found), complete: clerk_id.every(id => found.has(id)) }
})

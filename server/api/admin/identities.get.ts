import { defineEventHandler } from 'h3'
import { identitiesQuery } from '../../../shared/search.ts'
import type { IdentitiesAnswer } from '../../../shared/answers.ts'
import { requireAdmin } from '../../utils/auth.ts'
import { identities } from '../../utils/identities.ts'
import { validQuery } from '../../utils/input.ts'

/** Names, emails and pictures of users, from Clerk: a page asks for them after its rows. */
export default defineEventHandler(async (event): Promise<IdentitiesAnswer> => {
  requireAdmin(event)
  const { clerk_id } = validQuery(event, identitiesQuery)
  const found = await identities(event).find(clerk_id)
  return { identities: Object.fromEntries(found), complete: clerk_id.every(id => found.has(id)) }
})

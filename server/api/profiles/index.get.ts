import { z } from 'zod'
import { listPeople } from '../../profiles/directory.ts'

const pageQuery = z.strictObject({
  cursor: z.string().regex(/^[0-9a-f]{24}$/, 'Take the cursor from next_cursor of the page before').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
})

/** The directory: those who opted in, for anyone signed in. */
export default defineEventHandler(async (event) => {
  requireUser(event)
  const page = validQuery(event, pageQuery)
  return answer(listPeople(page, identities(event)))
})

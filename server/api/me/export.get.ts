import { defineEventHandler, setResponseHeaders } from 'h3'
import { exportProfile } from '../../profiles/own-data.ts'
import { requireUser } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'

/** All data stored about me, as a file. */
export default defineEventHandler(async (event) => {
  const identity = requireUser(event)
  const data = await answer(exportProfile(identity.clerk_id))
  setResponseHeaders(event, {
    'content-type': 'application/json',
    'content-disposition': `attachment; filename="addendum-${identity.clerk_id}.json"`,
  })
  return JSON.stringify({ exported_at: new Date(), identity, ...data }, null, 2)
})

import { defineEventHandler } from 'h3'
import { readAsAdmin } from '../../../admin/user.ts'
import { versionOf } from '../../../profiles/profile.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { setEtag } from '../../../utils/etag.ts'
import { identities } from '../../../utils/identities.ts'
import { clerkIdParam } from '../../../utils/input.ts'

/** One user, with deliveries and audit log. The ETag is that of the extended fields, as in /api/me. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const clerk_id = clerkIdParam(event)
  const user = await answer(readAsAdmin(clerk_id, identities(event)))
  setEtag(event, versionOf(clerk_id, user.profile))
  return user
})

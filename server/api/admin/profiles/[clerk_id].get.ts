import { defineEventHandler } from 'h3'
import { readAsAdmin } from '../../../admin/user.ts'
import { versionOf } from '../../../profiles/profile.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { setEtag } from '../../../utils/etag.ts'
import { identities } from '../../../utils/identities.ts'
import { clerkIdParam } from '../../../utils/input.ts'

/** All about one user. The ETag is of the extended fields, as that of /api/me. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const clerk_id = clerkIdParam(event)
  const user = await answer(readAsAdmin(clerk_id, identities(event)))
  setEtag(event, versionOf(clerk_id, user.profile))
  return user
})

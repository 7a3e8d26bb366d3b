import { readAsAdmin } from '../../../profiles/admin.ts'
import { versionOf } from '../../../profiles/profile.ts'

/** All about one user. The ETag is of the extended fields, as that of /api/me. */
export default defineEventHandler(async (event) => {
  requireAdmin(event)
  const user = await answer(readAsAdmin(clerkIdParam(event), identities(event)))
  setEtag(event, versionOf(user.profile))
  return user
})

import { defineEventHandler } from 'h3'
import { profileEdit } from '../../../../shared/profile.ts'
import { editAsAdmin } from '../../../admin/user.ts'
import { versionOf } from '../../../profiles/profile.ts'
import { requireAdmin } from '../../../utils/auth.ts'
import { answer } from '../../../utils/errors.ts'
import { ifMatch, setEtag } from '../../../utils/etag.ts'
import { identities } from '../../../utils/identities.ts'
import { clerkIdParam, readValid } from '../../../utils/input.ts'
import { publishNow } from '../../../utils/publish.ts'
import { limitWrites } from '../../../utils/rate-limit.ts'

/** Changes a user's fields, as PATCH /api/me does for one's own, and records it in the audit log. */
export default defineEventHandler(async (event) => {
  const { clerk_id: actor_id } = requireAdmin(event)
  const clerk_id = clerkIdParam(event)
  const edit = await readValid(event, profileEdit)
  await limitWrites(actor_id)
  const profile = await answer(editAsAdmin({ actor_id, clerk_id, edit, versions: ifMatch(event) }, identities(event)))
  await publishNow(clerk_id)
  setEtag(event, versionOf(clerk_id, profile))
  return profile
})

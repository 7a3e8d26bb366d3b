import { defineEventHandler } from 'h3'
import { eraseProfile, versionOf } from '../../profiles/profile.ts'
import { requireUser } from '../../utils/auth.ts'
import { answer } from '../../utils/errors.ts'
import { setEtag } from '../../utils/etag.ts'
import { publishNow } from '../../utils/publish.ts'
import { limitWrites } from '../../utils/rate-limit.ts'

/** Erases my extended fields. The account stays; Clerk deletes that. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireUser(event)
  await limitWrites(clerk_id)
  const profile = await answer(eraseProfile(clerk_id))
  await publishNow(clerk_id)
  setEtag(event, versionOf(clerk_id, profile))
  return profile
})

import { defineEventHandler } from 'h3'
import { profileEdit } from '../../shared/profile.ts'
import { editProfile, versionOf } from '../profiles/profile.ts'
import { requireUser } from '../utils/auth.ts'
import { answer } from '../utils/errors.ts'
import { ifMatch, setEtag } from '../utils/etag.ts'
import { readValid } from '../utils/input.ts'
import { publishNow } from '../utils/publish.ts'
import { limitWrites } from '../utils/rate-limit.ts'

/** Changes the fields in the body; null clears a field. With If-Match, only that version is changed. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireUser(event)
  const edit = await readValid(event, profileEdit)
  await limitWrites(clerk_id)
  const profile = await answer(editProfile(clerk_id, edit, ifMatch(event)))
  await publishNow(clerk_id)
  setEtag(event, versionOf(clerk_id, profile))
  return profile
})

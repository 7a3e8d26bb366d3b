import { profileEdit } from '../../shared/profile.ts'
import { editProfile } from '../profiles/profile.ts'

/** Changes the fields that are named; null clears one. */
export default defineEventHandler(async (event) => {
  const { clerk_id } = requireUser(event)
  const edit = await readValid(event, profileEdit)
  return editProfile(clerk_id, edit).catch(asHttpError)
})

import { readProfile, versionOf } from '../profiles/profile.ts'

/** Identity from the session token, the extended fields from MongoDB. The ETag is of those fields. */
export default defineEventHandler(async (event) => {
  const identity = requireUser(event)
  const profile = await answer(readProfile(identity.clerk_id))
  setEtag(event, versionOf(profile))
  return { identity, profile }
})

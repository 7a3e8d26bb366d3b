import { readProfile } from '../profiles/profile.ts'

/** Identity from the session token, the extended fields from MongoDB. */
export default defineEventHandler(async (event) => {
  const identity = requireUser(event)
  return { identity, profile: await readProfile(identity.clerk_id).catch(asHttpError) }
})

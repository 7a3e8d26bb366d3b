import { defineEventHandler } from 'h3'
import { readProfile, versionOf } from '../profiles/profile.ts'
import { requireUser } from '../utils/auth.ts'
import { answer } from '../utils/errors.ts'
import { setEtag } from '../utils/etag.ts'

/** Identity from the session token, the extended fields from MongoDB. The ETag is that of the fields. */
export default defineEventHandler(async (event) => {
  const identity = requireUser(event)
  const profile = await answer(readProfile(identity.clerk_id))
  setEtag(event, versionOf(identity.clerk_id, profile))
  return { identity, profile }
})

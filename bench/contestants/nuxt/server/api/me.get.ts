import { Profile } from '../../../store-mongoose.ts'

/** The signed-in user's profile, by Clerk's middleware as it comes. */
export default defineEventHandler(async (event) => {
  const { userId } = event.context.auth()
  if (!userId) throw createError({ statusCode: 401 })
  return Profile.findOne({ clerk_id: userId }).lean()
})

import { clerkClient } from '@clerk/nuxt/server'

export default defineEventHandler(async (event) => {
  const { userId } = event.context.auth()
  if (!userId) throw createError({ statusCode: 401, statusMessage: 'Unauthorized' })
  const user = await clerkClient(event).users.getUser(userId)
  return { firstName: user.firstName, email: user.primaryEmailAddress?.emailAddress }
})

export default defineEventHandler((event) => {
  const { userId, has } = event.context.auth()
  if (!has({ role: 'org:admin' })) throw createError({ statusCode: 404 })
  return { userId }
})

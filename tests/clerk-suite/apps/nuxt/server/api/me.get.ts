export default defineEventHandler((event) => {
  const { userId, sessionId, sessionStatus, orgId, orgRole, orgSlug, actor } = event.context.auth()
  return { userId, sessionId, sessionStatus, orgId, orgRole, orgSlug, actor }
})

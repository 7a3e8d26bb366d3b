import { auth } from '@clerk/nextjs/server'

export async function GET() {
  const { userId, sessionId, sessionStatus, orgId, orgRole, orgSlug, actor } = await auth()
  return Response.json({ userId, sessionId, sessionStatus, orgId, orgRole, orgSlug, actor })
}

import { auth } from '@clerk/nextjs/server'

export async function GET() {
  const { userId } = await auth.protect({ role: 'org:admin' })
  return Response.json({ userId })
}

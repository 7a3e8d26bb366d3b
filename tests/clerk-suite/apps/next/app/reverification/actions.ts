'use server'

import { auth, reverificationError } from '@clerk/nextjs/server'

const fresh = { level: 'first_factor', afterMinutes: 1 } as const

export async function revealSecret() {
  const { userId, has } = await auth.protect()
  return has({ reverification: fresh }) ? { userId } : reverificationError(fresh)
}

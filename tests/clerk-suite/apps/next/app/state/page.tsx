'use client'

import { useAuth, useOrganization, useSession, useUser } from '@clerk/nextjs'

export default function Page() {
  const auth = useAuth()
  const { user } = useUser()
  const { session } = useSession()
  const { organization, membership } = useOrganization()
  const state = {
    userId: auth.userId,
    sessionId: auth.sessionId,
    orgRole: auth.orgRole,
    email: user?.primaryEmailAddress?.emailAddress,
    name: user?.fullName,
    sessionStatus: session?.status,
    organization: organization?.name,
    role: membership?.role,
  }
  return <pre aria-label="State">{JSON.stringify(state)}</pre>
}

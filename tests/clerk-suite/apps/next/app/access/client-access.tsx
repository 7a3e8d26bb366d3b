'use client'

import { useAuth } from '@clerk/nextjs'
import { checks } from './checks'

export function ClientAccess() {
  const { has, sessionClaims } = useAuth()
  return (
    <section aria-label="Client">
      {checks.map(check => (
        <p key={JSON.stringify(check)}>{`${JSON.stringify(check)} ${has?.(check) ?? false}`}</p>
      ))}
      <pre>{JSON.stringify(sessionClaims?.o)}</pre>
    </section>
  )
}

import { Show } from '@clerk/nextjs'
import { auth } from '@clerk/nextjs/server'
import { checks } from './checks'
import { ClientAccess } from './client-access'

export default async function Page() {
  const { has, sessionClaims } = await auth()
  return (
    <main>
      <section aria-label="Server">
        {checks.map(check => (
          <p key={JSON.stringify(check)}>{`${JSON.stringify(check)} ${has(check)}`}</p>
        ))}
        <pre>{JSON.stringify(sessionClaims?.o)}</pre>
      </section>
      <ClientAccess />
      <section aria-label="Show">
        <Show when={{ role: 'org:admin' }} fallback="Not for you">For admins</Show>
      </section>
    </main>
  )
}

import { Show, UserButton } from '@clerk/nextjs'
import Link from 'next/link'

export default function Page() {
  return (
    <main>
      <nav>
        <Link href="/">Home</Link>
        <Link href="/protected">Protected</Link>
      </nav>
      <Show when="signed-out">You are signed out</Show>
      <Show when="signed-in">
        You are signed in
        <UserButton />
      </Show>
    </main>
  )
}

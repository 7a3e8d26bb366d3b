import { UserButton } from '@clerk/nextjs'
import { auth } from '@clerk/nextjs/server'
import Link from 'next/link'

export default async function Page() {
  const { userId } = await auth.protect()
  return (
    <main>
      <Link href="/">Home</Link>
      <h1>Protected</h1>
      <p>{userId}</p>
      <UserButton />
    </main>
  )
}

import { SignIn, UserButton } from '@clerk/nextjs'
import { auth } from '@clerk/nextjs/server'
import { store } from '../sync'
import { ProfileForm } from './profile-form'

export default async function Page() {
  const { userId } = await auth()
  if (!userId) return <main><SignIn routing="hash" /></main>
  const profile = await store.readProfile(userId)
  return (
    <main>
      <header>
        <h1>Your profile</h1>
        <UserButton />
      </header>
      <p className="user-id">{userId}</p>
      <ProfileForm key={userId} userId={userId} profile={profile} />
    </main>
  )
}

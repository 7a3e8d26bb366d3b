import { SignIn, useAuth, UserButton } from '@clerk/tanstack-react-start'
import { createFileRoute, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { FormEvent } from 'react'
import { readProfile, save } from '../profile'
import { ProfileFields } from '../profile-fields'
import type { Saved } from '../save-profile'

export const Route = createFileRoute('/')({
  loader: async () => ({ user: await readProfile() }),
  component: Profile,
})

function Profile() {
  const { user } = Route.useLoaderData()
  const router = useRouter()
  const { isLoaded, userId } = useAuth()
  const [saved, setSaved] = useState<Saved>()
  const [saving, setSaving] = useState(false)
  // After a sign-in or a change of account, here or in another tab.
  useEffect(() => {
    if (isLoaded && userId !== (user?.userId ?? null)) void router.invalidate()
  }, [router, isLoaded, userId, user?.userId])
  if (!user) return <main><SignIn routing="hash" /></main>

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setSaving(true)
    const data = new FormData(event.currentTarget)
    setSaved(await save({ data }).catch(() => ({ message: 'Not saved: the server did not respond. Try again.' })))
    setSaving(false)
    await router.invalidate()
  }

  return (
    <main>
      <header>
        <h1>Your profile</h1>
        <UserButton />
      </header>
      <p className="user-id">{user.userId}</p>
      <form onSubmit={submit} key={user.userId}>
        <ProfileFields {...user} saved={saved} />
        <button disabled={saving}>{saving ? 'Saving…' : 'Save'}</button>
        <p role="status">{saved?.message}</p>
      </form>
    </main>
  )
}

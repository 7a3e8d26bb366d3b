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

/** Another account is not shown what was submitted before, unless the form can no longer be sent. */
const shownTo = (userId: string | undefined, saved: Saved | undefined) =>
  saved?.refused || saved?.clerk_id === userId ? saved : undefined

function Profile() {
  const { user } = Route.useLoaderData()
  const router = useRouter()
  const { isLoaded, userId } = useAuth()
  const [answer, setAnswer] = useState<Saved>()
  const saved = shownTo(user?.userId, answer)
  const [saving, setSaving] = useState(false)
  // After a sign-in or a change of account, here or in another tab. But not while the page shows what could not be
  // saved.
  useEffect(() => {
    if (saved?.refused) return
    if (isLoaded && userId !== (user?.userId ?? null)) void router.invalidate()
  }, [router, isLoaded, userId, user?.userId, saved?.refused])
  if (!user) return <main><SignIn routing="hash" /></main>

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setSaving(true)
    const data = new FormData(event.currentTarget)
    const clerk_id = user!.userId
    const failed = { message: 'Not saved: the server did not respond. Try again.', clerk_id }
    setAnswer(await save({ data }).catch(() => failed))
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
        <button disabled={saving || saved?.refused}>{saving ? 'Saving…' : 'Save'}</button>
        <p role="status">{saved?.message}</p>
      </form>
    </main>
  )
}

import { SignIn, useAuth, UserButton } from '@clerk/react-router'
import { getAuth } from '@clerk/react-router/server'
import { useEffect } from 'react'
import { Form, useNavigation, useRevalidator } from 'react-router'
import { ProfileFields } from '../profile-fields'
import { saveProfile } from '../save-profile.server'
import type { Saved } from '../save-profile.server'
import { store } from '../sync.server'
import type { Route } from './+types/profile'

export async function loader(args: Route.LoaderArgs) {
  const { userId } = await getAuth(args)
  return userId ? { userId, profile: await store.readProfile(userId) } : undefined
}

export async function action(args: Route.ActionArgs) {
  const { userId } = await getAuth(args)
  return saveProfile(userId, await args.request.formData())
}

/** Another account is not shown what was submitted before, unless the form can no longer be sent. */
const shownTo = (userId: string | undefined, saved: Saved | undefined) =>
  saved?.refused || saved?.clerk_id === userId ? saved : undefined

export default function Profile({ loaderData: user, actionData }: Route.ComponentProps) {
  const saved = shownTo(user?.userId, actionData)
  const saving = useNavigation().state === 'submitting'
  const { revalidate } = useRevalidator()
  const { isLoaded, userId } = useAuth()
  // After a change of account, here or in another tab. But not while the page shows what could not be saved.
  useEffect(() => {
    if (saved?.refused) return
    if (isLoaded && userId !== (user?.userId ?? null)) void revalidate()
  }, [revalidate, isLoaded, userId, user?.userId, saved?.refused])
  if (!user) return <main><SignIn routing="hash" /></main>
  return (
    <main>
      <header>
        <h1>Your profile</h1>
        <UserButton />
      </header>
      <p className="user-id">{user.userId}</p>
      <Form method="post" key={user.userId}>
        <ProfileFields {...user} saved={saved} />
        <button disabled={saving || saved?.refused}>{saving ? 'Saving…' : 'Save'}</button>
        <p role="status">{saved?.message}</p>
      </Form>
    </main>
  )
}

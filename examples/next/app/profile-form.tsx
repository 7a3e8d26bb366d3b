'use client'

import { useActionState } from 'react'
import type { Saved } from '../save-profile'
import { save } from './actions'
import { ProfileFields } from './profile-fields'

interface Props {
  userId: string
  profile: Record<string, string | null>
}

export function ProfileForm({ userId, profile }: Props) {
  const [saved, action, saving] = useActionState<Saved | undefined, FormData>(save, undefined)
  return (
    <form action={action}>
      <ProfileFields userId={userId} profile={profile} saved={saved} />
      <button disabled={saving || saved?.refused}>{saving ? 'Saving…' : 'Save'}</button>
      <p role="status">{saved?.message}</p>
    </form>
  )
}

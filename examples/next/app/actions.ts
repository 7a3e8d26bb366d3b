'use server'

import { auth } from '@clerk/nextjs/server'
import { refresh } from 'next/cache'
import { saveProfile } from '../save-profile'
import type { Saved } from '../save-profile'

export async function save(_saved: Saved | undefined, form: FormData): Promise<Saved> {
  const { userId } = await auth()
  const saved = await saveProfile(userId, form)
  if (!saved.values) refresh()
  return saved
}

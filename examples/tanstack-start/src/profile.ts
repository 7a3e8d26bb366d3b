import { auth } from '@clerk/tanstack-react-start/server'
import { createServerFn } from '@tanstack/react-start'
import { saveProfile } from './save-profile'
import { store } from './sync'

// Server functions: in the browser, each is a request.

export const readProfile = createServerFn().handler(async () => {
  const { userId } = await auth()
  return userId ? { userId, profile: await store.readProfile(userId) } : undefined
})

export const save = createServerFn({ method: 'POST' })
  .validator((form: FormData) => form)
  .handler(async ({ data }) => {
    const { userId } = await auth()
    return saveProfile(userId, data)
  })

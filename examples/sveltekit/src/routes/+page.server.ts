import { saveProfile } from '$lib/server/save-profile'
import { store } from '$lib/server/sync'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals }) => {
  const { userId } = locals.auth()
  return { user: userId ? { userId, profile: await store.readProfile(userId) } : undefined }
}

export const actions: Actions = {
  default: async ({ locals, request }) => saveProfile(locals.auth().userId, await request.formData()),
}

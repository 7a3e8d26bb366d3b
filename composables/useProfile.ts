import { emptyProfile } from '#shared/profile'
import type { ProfileEdit, ProfileView } from '#shared/profile'

/** The signed-in user's profile, one for all who show it, and the ways to change it. */
export function useProfile() {
  /** The ETag of what was loaded or saved last. */
  const etag = useState<string | null>('profile-etag', () => null)
  const { session } = useSession()
  const profile = useFetch('/api/me', {
    key: 'me',
    transform: ({ profile }) => profile as ProfileView,
    default: emptyProfile,
    onResponse: ({ response }) => {
      if (response.ok) etag.value = response.headers.get('etag')
    },
  })

  // Several accounts may be open in one browser, and the page stays when they are switched.
  const { userId } = useAuth()
  watch(userId, id => id && profile.refresh())

  /** A write. Where the session's short token has run out in the meantime, once more with a fresh one. */
  async function write(path: '/api/me' | '/api/me/profile', options: { method: 'PATCH' | 'DELETE', body?: ProfileEdit, headers?: Record<string, string> }): Promise<ProfileView> {
    const send = () => $fetch.raw<ProfileView>(path, { ...options, retry: 0 })
    const response = await send().catch(async (error) => {
      if (error.status !== 401 || !await session.value?.getToken({ skipCache: true }).catch(() => null)) throw error
      return send()
    })
    etag.value = response.headers.get('etag')
    return response._data!
  }

  return {
    profile,
    etag,
    /** Takes what is stored now; what is shown stays where that fails. */
    async reload(): Promise<void> {
      const response = await $fetch.raw('/api/me', { retry: 0 })
      etag.value = response.headers.get('etag')
      profile.data.value = response._data!.profile as ProfileView
    },
    /**
     * Shows an edit at once, and takes it back where it could not be saved.
     * @param version  the ETag that the edit started from; null saves over any
     */
    async save(edit: ProfileEdit, version: string | null): Promise<void> {
      const before = profile.data.value
      profile.data.value = { ...before, ...edit }
      profile.data.value = await write('/api/me', { method: 'PATCH', body: edit, headers: version ? { 'if-match': version } : {} })
        .catch((error) => {
          profile.data.value = before
          throw error
        })
    },
    async erase(): Promise<void> {
      profile.data.value = await write('/api/me/profile', { method: 'DELETE' })
    },
  }
}

import { emptyProfile } from '#shared/profile'
import type { ProfileEdit, ProfileView } from '#shared/profile'

interface Answer { profile: ProfileView }

/**
 * A user's profile, one for all who show it, and the ways to change it.
 * @param clerkId  whose it is, for admins; without, it is that of whoever is signed in
 */
export function useProfile<Loaded extends Answer = Answer>(clerkId?: string) {
  const path = clerkId === undefined ? '/api/me' : `/api/admin/profiles/${encodeURIComponent(clerkId)}`
  const request = useAccountRequest()
  // Of one account alone: an answer that comes late, when another is signed in, reaches nobody.
  const key = `${useAccount().value.id} ${path}`
  /** The ETag of what was loaded or saved last. */
  const etag = useState<string | null>(`etag ${key}`, () => null)
  const answer = useAccountFetch<Loaded>(path, {
    key,
    // The server has waited for the database already.
    retry: 0,
    onResponse: ({ response }) => {
      if (response.ok) etag.value = response.headers.get('etag')
    },
  })
  const loaded = answer.data as Ref<Loaded | undefined>
  const profile = computed({
    get: () => loaded.value?.profile ?? emptyProfile(),
    set: profile => loaded.value = { ...loaded.value, profile } as Loaded,
  })

  async function write(to: string, options: { method: 'PATCH' | 'DELETE', body?: ProfileEdit, headers?: Record<string, string> }): Promise<ProfileView> {
    const response = await request(headers => $fetch.raw<ProfileView>(to, { ...options, headers: { ...options.headers, ...headers }, retry: 0 }))
    etag.value = response.headers.get('etag')
    return response._data!
  }

  return {
    /** All that the API tells of the user, and how loading it goes. */
    answer,
    /** Empty while nothing is loaded. */
    profile,
    etag,
    /** Takes what is stored now; what is shown stays where that fails. */
    async reload(): Promise<void> {
      const response = await request(headers => $fetch.raw<Loaded>(path, { headers, retry: 0 }))
      etag.value = response.headers.get('etag')
      loaded.value = response._data as Loaded
    },
    /**
     * Shows an edit at once, and takes it back where it could not be saved.
     * @param version  the ETag that the edit started from; null saves over any
     */
    async save(edit: ProfileEdit, version: string | null): Promise<void> {
      const before = profile.value
      profile.value = { ...before, ...edit }
      profile.value = await write(path, { method: 'PATCH', body: edit, headers: version ? { 'if-match': version } : {} })
        .catch((error) => {
          profile.value = before
          throw error
        })
    },
    /** Of one's own. */
    async erase(): Promise<void> {
      profile.value = await write('/api/me/profile', { method: 'DELETE' })
    },
  }
}

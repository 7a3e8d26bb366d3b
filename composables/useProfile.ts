import { emptyProfile } from '#shared/profile'
import type { ProfileEdit, ProfileView } from '#shared/profile'
import { tokenFields } from '#shared/token'

interface Answer { profile: ProfileView }

interface WriteOptions {
  method: 'PATCH' | 'DELETE'
  body?: ProfileEdit
  headers?: Record<string, string>
}

/**
 * A user's profile, shared by all components that show it, and the requests that change it.
 * @param clerkId  the user, for admins; defaults to the signed-in user
 * @param options.immediate  false in a component whose page loads the profile: the server would request it once more
 */
export function useProfile<Loaded extends Answer = Answer>(clerkId?: string, { immediate = true } = {}) {
  const path = clerkId === undefined ? '/api/me' : `/api/admin/profiles/${encodeURIComponent(clerkId)}`
  const request = useAccountRequest()
  const { session } = useSession()
  // The key includes the account: a late answer never reaches the page of another account.
  const key = `${useAccount().value.id} ${path}`
  /** The ETag of the last load or save. */
  const etag = useState<string | null>(`etag ${key}`, () => null)
  const answer = useAccountFetch<Loaded>(path, {
    key,
    immediate,
    // The server has waited for the database already, so a retry would not help.
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

  async function write(to: string, { headers: own, ...options }: WriteOptions): Promise<ProfileView> {
    const response = await request(headers => $fetch.raw<ProfileView>(to, {
      ...options,
      headers: { ...own, ...headers },
      retry: 0,
    }))
    etag.value = response.headers.get('etag')
    // Pages read these fields from the session token: it is renewed. A failure leaves the old token for a minute.
    const isInToken = tokenFields().some(field => !options.body || field in options.body)
    if (isInToken && clerkId === undefined) await session.value?.getToken({ skipCache: true }).catch(() => null)
    return response._data!
  }

  return {
    /** The whole API response, with its loading state. */
    answer,
    /** Empty until it is loaded. */
    profile,
    etag,
    /** Loads the stored profile again. If that fails, the page keeps the current one. */
    async reload(): Promise<void> {
      const response = await request(headers => $fetch.raw<Loaded>(path, { headers, retry: 0 }))
      etag.value = response.headers.get('etag')
      loaded.value = response._data as Loaded
    },
    /**
     * Shows an edit at once, and reverts it if saving fails.
     * @param version  the ETag that the edit is based on; null overwrites any version
     */
    async save(edit: ProfileEdit, version: string | null): Promise<void> {
      const before = profile.value
      profile.value = { ...before, ...edit }
      const headers: Record<string, string> = version ? { 'if-match': version } : {}
      try {
        profile.value = await write(path, { method: 'PATCH', body: edit, headers })
      }
      catch (error) {
        profile.value = before
        throw error
      }
    },
    /** Erases the signed-in user's own fields. */
    async erase(): Promise<void> {
      profile.value = await write('/api/me/profile', { method: 'DELETE' })
    },
  }
}

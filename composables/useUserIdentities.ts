import type { IdentitiesAnswer } from '#shared/answers'

/** The identities in Clerk of the users on a page, loaded in the browser: the list doesn't wait for Clerk. */
export function useUserIdentities(clerkIds: () => string[]) {
  const request = useAccountRequest()
  const ids = computed(() => clerkIds().join(','))

  async function load(): Promise<IdentitiesAnswer | undefined> {
    if (!ids.value) return undefined
    const query = { clerk_id: ids.value }
    return await request(headers => $fetch<IdentitiesAnswer>('/api/admin/identities', { query, headers }))
  }

  const { data, error } = useAsyncData(() => `identities:${ids.value}`, load, {
    server: false,
    lazy: true,
    default: (): IdentitiesAnswer => ({ identities: {}, complete: true }),
  })
  return {
    identities: computed(() => data.value?.identities ?? {}),
    isIncomplete: computed(() => Boolean(error.value) || data.value?.complete === false),
  }
}

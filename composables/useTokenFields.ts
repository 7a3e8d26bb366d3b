import { profileFields } from '#shared/profile'
import type { ProfileFields } from '#shared/profile'
import { tokenFields } from '#shared/token'

/**
 * The signed-in user's fields that are in the session token: available without a request, on the server too. A field is
 * absent until the token has it.
 */
export function useTokenFields() {
  const { sessionClaims } = useAuth()
  return computed(() => {
    const claimed = sessionClaims.value?.metadata?.profile ?? {}
    return Object.fromEntries(tokenFields().flatMap((field) => {
      const { success, data } = profileFields.shape[field].safeParse(claimed[field])
      return success ? [[field, data]] : []
    })) as Partial<ProfileFields>
  })
}

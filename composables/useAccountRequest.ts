import { accountHeader, otherAccount } from '#shared/account'

/** The headers that name the account. */
export type AccountHeaders = Record<string, string>

/** The session is not that of the account that the request was for. */
export function isRefused({ status, data }: { status?: number, data?: unknown }): boolean {
  const { code } = (data as { data?: { code?: string } } | undefined)?.data ?? {}
  return status === 401 || (status === 409 && code === otherAccount)
}

/**
 * Sends requests in the name of the account that the page shows: the server refuses them where another one is signed
 * in by now. Where the session's short token has run out, or the cookie is that of another tab's account, a request is
 * sent once more with a fresh token of this page's own session. Refused again, the page is put away.
 * @param ownerOf  the account it is for; that of the page when the composable is called, unless given
 */
export function useAccountRequest(ownerOf?: () => string | null) {
  const account = useAccount()
  const shown = account.value.id
  const { session } = useSession()
  const findSuccessor = useSuccessor()

  async function renewToken(owner: string | null): Promise<boolean> {
    if (!session.value || session.value.user?.id !== owner) return false
    return Boolean(await session.value.getToken({ skipCache: true }).catch(() => null))
  }

  return async <T>(send: (headers: AccountHeaders) => Promise<T>): Promise<T> => {
    const owner = ownerOf ? ownerOf() : shown
    const headers: AccountHeaders = owner === null ? {} : { [accountHeader]: owner }
    try {
      return await send(headers)
    }
    catch (error) {
      if (import.meta.server || owner === null || !isRefused(error as { status?: number })) throw error
      // First, since a session that turns out to have ended takes the cookies of the other one along.
      const successor = await findSuccessor(owner)
      if (await renewToken(owner)) {
        try {
          return await send(headers)
        }
        catch (again) {
          if (!isRefused(again as { status?: number })) throw again
        }
      }
      // Meanwhile the page may have gone on to the next account, or learned by itself that its session has ended.
      const { id } = account.value
      if (id === owner || (id === null && successor)) account.value = { id, lost: lostTo(owner, successor) }
      throw error
    }
  }
}

import { accountHeader, otherAccount } from '#shared/account'

/** How long ClerkJS may take to load, from the start of the page, in milliseconds. */
const patienceMS = 30_000

/** Headers that name the account. */
export type AccountHeaders = Record<string, string>

/** The session does not belong to the account that the request was for. */
export function isRefused({ status, data }: { status?: number, data?: unknown }): boolean {
  const { code } = (data as { data?: { code?: string } } | undefined)?.data ?? {}
  return status === 401 || (status === 409 && code === otherAccount)
}

/**
 * Sends requests for the account that the page is for. The server refuses them if another account is signed in. A
 * refused request is retried once with a fresh token of the page's own session: the old token may have expired, or the
 * cookie may belong to another tab's account. After a second refusal, the page is removed.
 * @param ownerOf  the account; defaults to the page's account when the composable is called
 */
export function useAccountRequest(ownerOf?: () => string | null) {
  const account = useAccount()
  const shown = account.value.id
  const { isLoaded, session } = useSession()
  const findSuccessor = useSuccessor()

  async function clerkHasLoaded(): Promise<void> {
    if (isLoaded.value) return
    await new Promise<void>((resolve) => {
      const stop = watch(isLoaded, end)
      const timer = setTimeout(end, patienceMS - performance.now())
      function end() {
        stop()
        clearTimeout(timer)
        resolve()
      }
    })
  }

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
      // Before the token is renewed: if that finds the session ended, ClerkJS clears the successor's cookies too.
      const successor = await findSuccessor(owner)
      // A token may expire between the page and its first request: ClerkJS knows whether its session has ended.
      if (!successor) await clerkHasLoaded()
      if (await renewToken(owner)) {
        try {
          return await send(headers)
        }
        catch (again) {
          if (!isRefused(again as { status?: number })) throw again
        }
      }
      // By now the page may belong to the next account, or <AccountGuard> may have noticed that the session ended.
      const { id } = account.value
      if (id === owner || (id === null && successor)) account.value = { id, lost: lostTo(owner, successor) }
      throw error
    }
  }
}

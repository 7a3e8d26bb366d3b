/** Sends a request; where the session's short token has run out in the meantime, once more with a fresh one. */
export function useFreshToken() {
  const { session } = useSession()
  return <T>(send: () => Promise<T>): Promise<T> => send().catch(async (error) => {
    if (error.status !== 401 || !await session.value?.getToken({ skipCache: true }).catch(() => null)) throw error
    return send()
  })
}

type Send = (url: string, options?: { headers?: HeadersInit }) => Promise<unknown>

/** `useFetch` for routes that need a session: each request names the account that the page is for. */
export const useAccountFetch = createUseFetch(() => {
  const request = useAccountRequest()
  // On the server, it forwards the browser's cookies.
  const send = useRequestFetch() as Send
  const sendNamed: Send = (url, options) => request(headers => send(url, {
    ...options, headers: { ...options?.headers, ...headers },
  }))
  return { $fetch: sendNamed as unknown as typeof $fetch }
})

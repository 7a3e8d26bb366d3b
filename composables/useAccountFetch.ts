type Send = (url: string, options?: { headers?: HeadersInit }) => Promise<unknown>

/** `useFetch` for what needs a session: each request names the account that the page shows. */
export const useAccountFetch = createUseFetch(() => {
  const request = useAccountRequest()
  // In the server's own rendering, with the browser's cookies.
  const send = useRequestFetch() as Send
  const sendNamed: Send = (url, options) => request(headers => send(url, {
    ...options, headers: { ...options?.headers, ...headers },
  }))
  return { $fetch: sendNamed as unknown as typeof $fetch }
})

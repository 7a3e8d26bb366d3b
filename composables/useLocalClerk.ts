/** Whether Local Clerk stands in for Clerk: in development, or in a build without Clerk keys. */
export function useLocalClerk() {
  const { app, public: { clerk } } = useRuntimeConfig()
  return clerk.proxyUrl === `${app.baseURL}__clerk`
}

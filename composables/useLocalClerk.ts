/** Whether Clerk's part is played by Local Clerk: in development, or in a build that is tried without Clerk. */
export function useLocalClerk() {
  const { app, public: { clerk } } = useRuntimeConfig()
  return clerk.proxyUrl === `${app.baseURL}__clerk`
}

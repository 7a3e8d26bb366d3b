/** Whether Clerk's part is played by Local Clerk: in development, or in a build that is tried without Clerk. */
export const useLocalClerk = () => useRuntimeConfig().public.clerk.proxyUrl === '/__clerk'

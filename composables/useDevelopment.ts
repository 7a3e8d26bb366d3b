/** Whether to show help for developers: in development, and in a build with Local Clerk. */
export const useDevelopment = () => import.meta.dev || useLocalClerk()

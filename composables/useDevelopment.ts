/** Whether a developer looks: in development, and in a build that is tried with Local Clerk. Visitors never see commands. */
export const useDevelopment = () => import.meta.dev || useLocalClerk()

/** The variables with Clerk's keys and secrets, and Clerk's own names for them, which work too. */
export const clerkNames = {
  NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: 'CLERK_PUBLISHABLE_KEY',
  NUXT_CLERK_SECRET_KEY: 'CLERK_SECRET_KEY',
  NUXT_CLERK_WEBHOOK_SIGNING_SECRET: 'CLERK_WEBHOOK_SIGNING_SECRET',
} as const

type ClerkVariable = keyof typeof clerkNames

/**
 * Reads a variable under the app's name, or else under Clerk's.
 * @returns the name that is set, and its value; the app's name and an empty text when neither is
 */
export function readClerkVariable(variable: ClerkVariable, env: Record<string, unknown>) {
  const name = env[variable] || !env[clerkNames[variable]] ? variable : clerkNames[variable]
  return { name, value: String(env[name] ?? '') }
}

import { Cron } from 'croner'
import { z } from 'zod'
import { parseOrigins } from './utils/origins.ts'

/** A variable of the environment has a value that the app cannot use. Each line of the message names one. */
export class InvalidEnvironment extends Error {}

const oneOf = <Value extends string>(...values: Value[]) =>
  z.enum(values, `Set it to ${values.join(' or ')}, or leave it empty`)
const seconds = 'Set it to a number of seconds from 0 to 600'
const minutes = 'Set it to a number of minutes from 0 to 1440; 0 is never'
const percent = 'Set it to a percentage from 0 to 100'
const token = z.string().min(16, 'Set it to at least 16 random characters').optional()

function isCronPattern(text: string): boolean {
  try {
    return Boolean(new Cron(text, { paused: true }))
  }
  catch {
    return false
  }
}

const variables = z.object({
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/./, 'Set it to an address such as mongodb://localhost:27017/addendum')
    .optional(),
  NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY: z.string().optional(),
  NUXT_CLERK_SECRET_KEY: z.string().optional(),
  NUXT_CLERK_API_URL: z.url('Set it to an address such as https://api.clerk.com').optional(),
  NUXT_PUBLIC_CLERK_PROXY_URL: z.string().optional(),
  NUXT_PUBLIC_CLERK_DOMAIN: z.string().optional(),
  NUXT_CLERK_WEBHOOK_SIGNING_SECRET: z.string().optional(),
  CLERK_WEBHOOK_SIGNING_SECRET: z.string().optional(),
  APP_ORIGINS: z
    .string()
    .default('')
    .transform((text, { addIssue }) => {
      try {
        return parseOrigins(text)
      }
      catch (error) {
        addIssue((error as Error).message)
        return z.NEVER
      }
    }),
  DELETE_MODE: oneOf('erase', 'flag').default('erase'),
  GROUP_COMMIT: oneOf('on', 'off').default('on'),
  CATCH_UP_MINUTES: z.coerce.number(minutes).min(0, minutes).max(1_440, minutes).default(5),
  RECONCILE_CRON: z.string().refine(isCronPattern, 'Set it to a cron pattern such as 0 3 * * *').optional(),
  RECONCILE_WHEN_DUE: oneOf('on', 'off').default('off'),
  RECONCILE_DELETE_LIMIT: z.coerce.number(percent).min(0, percent).max(100, percent).default(1),
  LAST_SEEN: oneOf('on', 'off').default('off'),
  METRICS_TOKEN: token,
  CRON_SECRET: token,
  SHUTDOWN_GRACE_SECONDS: z.coerce.number(seconds).min(0, seconds).max(600, seconds).default(5),
})

/**
 * The environment that the server reads, checked. Read it when you need it: Local Clerk sets its keys while the server
 * loads.
 * @throws InvalidEnvironment that names every variable with an unusable value, and never the value
 */
export function environment(env: NodeJS.ProcessEnv = process.env): z.output<typeof variables> {
  // A line such as `DELETE_MODE=` in .env sets an empty text.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  const result = variables.safeParse(set)
  if (result.success) return result.data
  throw new InvalidEnvironment(
    result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  )
}

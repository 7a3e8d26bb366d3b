import type { Keys } from './keys.ts'

/** The prefixes of variables, by framework: of those that browsers may see, and of the others. */
const prefixes = {
  'next': { public: ['NEXT_PUBLIC_'], secret: '' },
  'nuxt': { public: ['NUXT_PUBLIC_'], secret: 'NUXT_' },
  'astro': { public: ['PUBLIC_'], secret: '' },
  'sveltekit': { public: ['PUBLIC_'], secret: '' },
  'react-router': { public: ['VITE_'], secret: '' },
  // Its server reads some of them without a prefix.
  'tanstack-start': { public: ['VITE_', ''], secret: '' },
  'express': { public: [''], secret: '' },
  'fastify': { public: [''], secret: '' },
  'hono': { public: [''], secret: '' },
}

export type Framework = keyof typeof prefixes
export const frameworks = Object.keys(prefixes) as Framework[]

/**
 * The environment variables of an app, by the names of Clerk's SDK for its framework.
 * @param url  where the app's server finds the Backend API
 * @param baseUrl  where browsers find the Frontend API
 */
export function environmentFor(framework: Framework, keys: Keys, url: string, baseUrl: string): Record<string, string> {
  const visible = {
    CLERK_PUBLISHABLE_KEY: keys.publishableKey,
    CLERK_PROXY_URL: baseUrl,
    // Without these, the SDKs load the scripts by https only.
    CLERK_JS_URL: `${baseUrl}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`,
    CLERK_UI_URL: `${baseUrl}/npm/@clerk/ui@1/dist/ui.browser.js`,
    // The pages that Clerk hosts are a development instance's.
    ...keys.instance === 'development' && {
      CLERK_SIGN_IN_URL: `${baseUrl}/sign-in`,
      CLERK_SIGN_UP_URL: `${baseUrl}/sign-up`,
    },
    CLERK_TELEMETRY_DISABLED: 'true',
  }
  const secret = {
    CLERK_SECRET_KEY: keys.secretKey,
    CLERK_API_URL: url,
    CLERK_JWT_KEY: keys.jwtKey,
    CLERK_WEBHOOK_SIGNING_SECRET: keys.webhookSecrets()[0]!,
  }
  const prefix = prefixes[framework]
  return Object.fromEntries([
    ...prefix.public.flatMap(each => Object.entries(visible).map(([name, value]) => [each + name, value])),
    ...Object.entries(secret).map(([name, value]) => [prefix.secret + name, value]),
  ])
}

/** The content of an `.env` file. */
export function dotenv(variables: Record<string, string>): string {
  return Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join('')
}

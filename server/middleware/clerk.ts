import { clerkMiddleware } from '@clerk/nuxt/server'
import type { EventHandler, H3Event } from 'h3'
import { defineEventHandler } from 'h3'
import { LRUCache } from 'lru-cache'
import { useRuntimeConfig } from 'nitropack/runtime'

/** Requests from Clerk or from machines: they have no session, and need no key. */
const withoutSession = new Set(['/api/webhooks', '/api/health', '/api/ready', '/api/metrics', '/api/cron/catch-up'])

type Auth = H3Event['context']['auth']

/** The sessions of recent API requests, until their tokens expire: verifying a token takes as long as the request. */
const verified = new LRUCache<string, Auth>({ max: 2_000 })

/**
 * Reads the session of a request when Clerk is configured. A token counts only on the origin that it was issued for:
 * another app on a sibling domain cannot use its own here.
 */
export default defineEventHandler((event) => {
  // A page's own requests to the API share its context: its token may expire while the page is rendered.
  if ((event.context as { auth?: unknown }).auth) return
  if (withoutSession.has(event.path.split('?')[0]!) || event.path.startsWith('/__clerk/')) return
  const { clerk, public: { clerk: { publishableKey } } } = useRuntimeConfig(event)
  if (!publishableKey || !clerk.secretKey) return
  // @clerk/nuxt has its own copy of h3's types, which TypeScript treats as different types.
  const authenticate = clerkMiddleware({ authorizedParties: event.context.origins }) as unknown as EventHandler
  const verify = () => withFullPath(event, () => withEveryCookie(event, () => authenticate(event)))
  return event.path.startsWith('/api/') ? rememberSession(event, verify) : verify()
})

/**
 * Verifies a session token once. A session that ends elsewhere is noticed when its token expires, after a minute, as
 * without this: Clerk's tokens are verified without asking Clerk.
 */
async function rememberSession({ context, node: { req: { headers } } }: H3Event, verify: () => Promise<unknown>) {
  // All that the answer depends on: a token counts on some origins, and a sign-out changes a cookie.
  const key = JSON.stringify([context.origins, headers.authorization, headers.cookie])
  const known = verified.get(key)
  if (known) {
    context.auth = known
    return
  }
  const response = await verify()
  const auth = context.auth?.()
  const ttl = (auth?.sessionClaims?.exp ?? 0) * 1_000 - Date.now()
  // The object itself: each call of Clerk's function makes another, with an API client.
  if (auth?.tokenType === 'session_token' && ttl > 0) verified.set(key, (() => auth) as Auth, { ttl })
  return response
}

/**
 * Calls @clerk/nuxt with the path that the browser asked for: Nitro has cut off the app's base path, to which Clerk's
 * handshake must return.
 */
async function withFullPath<T>({ node: { req } }: H3Event, call: () => Promise<T>): Promise<T> {
  const { url } = req
  req.url = (req as { originalUrl?: string }).originalUrl ?? url
  try {
    return await call()
  }
  finally {
    req.url = url
  }
}

/**
 * Calls @clerk/nuxt, which sets each cookie in place of the one before (clerk/javascript#9573). Of a handshake's
 * cookies only the last would reach the browser, and requests would have no token until ClerkJS has loaded.
 */
async function withEveryCookie<T>({ node: { res } }: H3Event, call: () => Promise<T>): Promise<T> {
  const { setHeader } = res
  res.setHeader = (name, value) => {
    const isCookie = name.toLowerCase() === 'set-cookie'
    const before = isCookie ? [res.getHeader(name) ?? []].flat().map(String) : []
    return setHeader.call(res, name, isCookie ? [...before, ...[value].flat().map(String)] : value)
  }
  try {
    return await call()
  }
  finally {
    res.setHeader = setHeader
  }
}

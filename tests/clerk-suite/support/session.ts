import type { JSHandle, Page } from 'playwright-core'
import { signIn } from '../../support/people.ts'
import { isClerkLoaded } from './flows.ts'
import type { Visit } from './flows.ts'

interface Clerk {
  session: {
    id: string
    getToken: (options?: { skipCache?: boolean }) => Promise<string>
    touch: () => Promise<void>
    clearCache: () => void
  }
  user: {
    id: string
    update: (changes: object) => Promise<void>
    updateMetadata: (changes: object) => Promise<void>
  }
  client: { id: string, sessions: { id: string }[] }
  setActive: (params: object) => Promise<void>
  openSignIn: (props: object) => void
  __internal_updateProps: (props: object) => Promise<void>
}

/** Makes a browser that of a signed-in user, by requests: for flows that are not about signing in. */
export async function become(visit: Visit, user: { email: string }): Promise<void> {
  await signIn(visit.page, visit.app.url, user.email)
}

/** ClerkJS in a page, for what an app does by code: `(await clerkIn(page)).evaluate(clerk => …)`. */
export async function clerkIn(page: Page): Promise<JSHandle<Clerk>> {
  await page.waitForFunction(isClerkLoaded)
  return page.evaluateHandle(() => (window as unknown as { Clerk: Clerk }).Clerk)
}

/** The claims of a session token. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

import type { BrowserContext, Page } from 'playwright-core'
import { password, signIn, userButton } from './people.ts'
import type { useApp } from './people.ts'
import type { startServerWithLocalClerk } from './server.ts'
import { settle } from './visit.ts'

type Server = Awaited<ReturnType<typeof startServerWithLocalClerk>>

interface ClerkWindow {
  Clerk: {
    loaded: boolean
    session: { id: string } | null
    signOut: () => Promise<void>
    setActive: (params: { session: string }) => Promise<void>
    client: {
      signIn: { create: (params: object) => Promise<{ createdSessionId: string }> }
      sessions: { id: string, user: { id: string } }[]
    }
  }
}

const clerkIsReady = (page: Page) =>
  page.waitForFunction(() => Boolean((window as unknown as Partial<ClerkWindow>).Clerk?.loaded))

/** A page of a signed-in user, with a session of the test. */
export async function openAs(
  app: ReturnType<typeof useApp>,
  path: string,
  who = 'ada',
  prepare?: (page: Page) => Promise<void>,
): Promise<Page> {
  const page = await app.newPage()
  await prepare?.(page)
  await signIn(page, app.server.url, who)
  await page.goto(app.server.url + path)
  await settle(page)
  await userButton(page).waitFor()
  return page
}

/** Signs out of every account, as Clerk's own button does. */
export async function signOut(page: Page): Promise<void> {
  await clerkIsReady(page)
  // Nobody waits for ClerkJS's promise: it leads to another page first, and a page that is left keeps no promise.
  await page.evaluate(() => void (window as unknown as ClerkWindow).Clerk.signOut())
  await page.waitForFunction(() => {
    const { Clerk } = window as unknown as Partial<ClerkWindow>
    return Boolean(Clerk?.loaded && !Clerk.session)
  })
}

/** Signs in another account beside those that are signed in. */
export async function addAccount(page: Page, identifier: string): Promise<void> {
  await clerkIsReady(page)
  await page.evaluate(
    async (params) => {
      const { Clerk } = window as unknown as ClerkWindow
      const { createdSessionId } = await Clerk.client.signIn.create({ ...params, strategy: 'password' })
      await Clerk.setActive({ session: createdSessionId })
    },
    { identifier, password },
  )
}

/** Makes a signed-in account the active one, without a page load. */
export async function switchAccount(page: Page, clerk_id: string): Promise<void> {
  await page.evaluate(async (id) => {
    const { Clerk } = window as unknown as ClerkWindow
    await Clerk.setActive({ session: Clerk.client.sessions.find(({ user }) => user.id === id)!.id })
  }, clerk_id)
}

/**
 * Isolates a page from other tabs, like a page in the background or one that misses a message: ClerkJS gets no
 * message and no focus, and leaves the cookies alone.
 */
export async function deafen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'BroadcastChannel')
    document.hasFocus = () => false
    addEventListener('focus', event => event.stopImmediatePropagation(), true)
  })
}

/** Makes the page visible again, as when its tab is selected. */
export const see = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

/**
 * Signs another account in in this browser, as another tab would, without any page noticing.
 * @param claims  of its token, beside those that Clerk sets
 */
export async function becomeInSecret(
  context: BrowserContext,
  server: Pick<Server, 'url' | 'keys'>,
  identifier: string,
  claims: object = {},
): Promise<void> {
  const frontend = async (path: string, form: Record<string, string> = {}) =>
    (await context.request.post(`${server.url}/__clerk/v1/${path}`, { form })).json()
  await frontend('client/sessions?_method=DELETE')
  const { response } = await frontend('client/sign_ins', { strategy: 'password', identifier, password })
  const { jwt } = await frontend(`client/sessions/${response.created_session_id}/tokens`)
  const payload = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url').toString())
  const token = server.keys().sign({ ...payload, azp: server.url, ...claims })
  const cookies = await context.cookies()
  await context.addCookies([
    ...cookies.filter(({ name }) => name.startsWith('__session')).map(cookie => ({ ...cookie, value: token })),
    // ClerkJS in the other tabs sees by it that the cookies are not theirs.
    { name: 'clerk_active_context', value: `${response.created_session_id}:`, url: server.url },
  ])
}

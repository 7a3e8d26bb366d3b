import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become, claimsOf, clerkIn } from './support/session.ts'
import { addAccount } from '../support/accounts.ts'

/** The sessions for which the pages of a browser have asked for tokens since. */
async function watchTokens({ context }: Visit): Promise<string[]> {
  const asked: string[] = []
  context.on('request', (request) => {
    const session = /\/v1\/client\/sessions\/([^/]+)\/tokens/.exec(request.url())?.[1]
    if (session) asked.push(session)
  })
  return asked
}

async function openPage({ context }: Visit): Promise<Page> {
  const page = await context.newPage()
  await page.goto('/')
  await page.getByText('You are signed in').waitFor()
  return page
}

const tokenIn = async (page: Page, skipCache = false) =>
  (await clerkIn(page)).evaluate((clerk, skipCache) => clerk.session.getToken({ skipCache }), skipCache)
const sessionIn = async (page: Page) => (await clerkIn(page)).evaluate(clerk => clerk.session.id)

flows('Session tokens', {}, ({ flow }) => {
  flow('shares a new token with the other tabs of the session', 'session-token-cache/single-session', async (visit) => {
    await become(visit, await visit.user())
    const [first, second] = [await openPage(visit), await openPage(visit)]
    for (const page of [first, second]) await (await clerkIn(page)).evaluate(clerk => clerk.session.clearCache())
    const asked = await watchTokens(visit)
    const token = await tokenIn(first, true)
    // The second tab asks for none once it has heard of the first one's.
    await expect.poll(() => tokenIn(second)).toBe(token)
    expect(asked).toHaveLength(1)
  })

  flow('keeps the tokens of two sessions apart, from the cache', 'session-token-cache/multi-session', async (visit) => {
    const [ada, liam] = [await visit.user(), await visit.user()]
    await become(visit, ada)
    const page = await openPage(visit)
    const first = await sessionIn(page)
    await tokenIn(page)
    await addAccount(page, liam.email)
    await expectSignedIn({ ...visit, page }, liam.id)
    const second = await sessionIn(page)
    await tokenIn(page)
    const asked = await watchTokens(visit)
    const clerk = await clerkIn(page)
    const tokens = await clerk.evaluate(async (clerk, sessions) => {
      const tokens: string[] = []
      for (const session of sessions) {
        await clerk.setActive({ session })
        tokens.push(await clerk.session.getToken())
      }
      return tokens
    }, [first, second])
    expect(tokens.map(token => claimsOf(token).sub)).toEqual([ada.id, liam.id])
    expect(asked).toEqual([])
  })

  flow('renews each session\'s token in its tab', 'session-token-cache/multi-session', async (visit) => {
    const [ada, liam] = [await visit.user(), await visit.user()]
    await become(visit, ada)
    const [first, second] = [await openPage(visit), await openPage(visit)]
    await addAccount(second, liam.email)
    const sessions = [await sessionIn(first), await sessionIn(second)]
    expect(new Set(sessions).size).toBe(2)
    const asked = await watchTokens(visit)
    const tokens = await Promise.all([tokenIn(first, true), tokenIn(second, true)])
    expect(asked.sort()).toEqual(sessions.sort())
    expect(tokens.map(token => claimsOf(token).sub)).toEqual([ada.id, liam.id])
  })

  flow('renews an expired token by a handshake, on the way to a page', 'handshake', async (visit) => {
    const user = await visit.user()
    const { context, page } = visit
    await become(visit, user)
    // As after a minute in which no page was open.
    await context.clearCookies({ name: /^__session/ })
    await visit.open('/protected')
    await page.getByRole('heading', { name: 'Protected' }).waitFor()
    await page.getByText(user.id).waitFor()
    const sessions = async () => (await context.cookies()).filter(({ name }) => name.startsWith('__session'))
    await expect.poll(sessions).not.toEqual([])
    const cookies = await context.cookies()
    expect(cookies.filter(({ name, value }) => name.includes('handshake') && value)).toEqual([])
  })

  flow('asks for no handshake of who is signed out', 'handshake', async (visit) => {
    const response = await visit.page.request.get('/', {
      headers: { 'accept': 'text/html', 'sec-fetch-dest': 'document' },
      maxRedirects: 0,
    })
    expect(response.status()).toBe(200)
    expect(response.headers()['x-clerk-auth-status'] ?? 'signed-out').toBe('signed-out')
  })
})

flows('Server-rendered pages', {}, ({ flow }) => {
  flow('renders who is signed in on the server', 'nuxt/basic', async (visit) => {
    const user = await visit.user()
    await become(visit, user)
    await visit.open('/')
    await expectSignedIn(visit, user.id)
    expect(await (await visit.page.request.get('/protected')).text()).toContain(user.id)
  })

  flow('shows the user\'s data from the Backend API', 'nuxt/basic', async (visit) => {
    const user = await visit.user()
    await become(visit, user)
    await visit.open('/me')
    await visit.page.getByText(`Hello, Grace (${user.email})`).waitFor()
  })

  flow('refuses the user\'s data to who is signed out', 'nuxt/middleware', async (visit) => {
    await visit.open('/me')
    await visit.page.getByText('401: Unauthorized').waitFor()
  })

  flow('refuses every odd spelling of a protected route', 'nuxt/middleware', async ({ app }) => {
    const spellings = [
      '/api/admin', '/api/%61dmin', '/api/a%64min', '/api/%2561dmin', '/api%2Fadmin', '/api/admin%00', '/api/%zz',
      '/api/%2e/admin', '/api/%2e%2e/api/admin', '/api/foo/%2e%2e/admin', '/api%2f%2e%2fadmin', '//api/admin',
      '/api//admin',
    ]
    for (const path of spellings) {
      const { status } = await fetch(app.url + path, { redirect: 'manual' })
      expect(status, path).not.toBe(200)
    }
  })

  flow('leads who is signed out from a protected page to the sign-in', 'nuxt/basic', async (visit) => {
    await visit.open('/protected')
    await visit.page.waitForURL(/\/sign-in/)
    await visit.page.getByRole('heading', { name: 'Sign in to Addendum' }).waitFor()
  })
})

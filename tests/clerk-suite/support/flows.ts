import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { apps, startApp } from './app.ts'
import type { AppName, RunningApp, Setup } from './app.ts'
import { createPeople } from './people.ts'
import type { People } from './people.ts'

/** What a flow works with: an app, a person's browser, and the people it knows. */
export interface Visit extends People {
  app: RunningApp
  clerk: RunningApp['clerk']
  browser: Browser
  context: BrowserContext
  page: Page
  /** Waits for ClerkJS, too: a button that is pressed before opens nothing. */
  open: (path: string) => Promise<unknown>
  /** What the app's server finds out by `auth()` about a page's next request. */
  auth: (page?: Page) => Promise<ServerAuth>
}

interface ServerAuth {
  userId: string | null
  sessionId: string | null
  sessionStatus: string | null
  orgId?: string | null
  orgRole?: string | null
  orgSlug?: string | null
  actor?: { sub: string } | null
}

/** What the table says of a flow. */
interface FlowMeta {
  subject: string
  /** The file of Clerk's own integration tests that has the flow, without `.test.ts`. */
  from: string
  /** Why the flow does not pass. */
  reason?: string
}

declare module 'vitest' {
  interface TaskMeta {
    flow?: FlowMeta
  }
}

interface FlowOptions {
  /** The only app that has what the flow is about. */
  on?: AppName
  /** Why it does not pass, by app. Once it passes, the run fails until the entry is removed. */
  fails?: Partial<Record<AppName, string>>
}

export interface Flows {
  flow: (name: string, from: string, body: (visit: Visit) => Promise<void>, options?: FlowOptions) => void
  /** A flow that Local Clerk cannot have. */
  impossible: (name: string, from: string, reason: string) => void
}

/** Describes flows of one subject, which run in each app with the same settings. */
export function flows(subject: string, setup: Setup, define: (flows: Flows) => void): void {
  describe.each(apps)('$name', (built) => {
    let app: RunningApp
    let browser: Browser
    let people: People

    beforeAll(async () => {
      app = await startApp(built, setup)
      browser = await launchChromium()
      people = createPeople(app.clerk)
    })
    afterAll(async () => {
      await browser.close()
      await app.stop()
    })

    async function visit(body: (visit: Visit) => Promise<void>) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: app.url })
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      try {
        await body({
          ...people,
          app,
          clerk: app.clerk,
          browser,
          context,
          page,
          async open(path) {
            await page.goto(path)
            await page.waitForFunction(isClerkLoaded)
          },
          auth: async (of = page) => (await of.request.get('/api/me')).json(),
        })
      }
      catch (error) {
        const text = await page.locator('body').innerText().catch(() => '')
        ;(error as Error).message += `\nThe page was ${page.url()}:\n${text.slice(0, 600)}`
        throw error
      }
      finally {
        await context.close()
      }
    }

    define({
      flow(name, from, body, { on, fails = {} } = {}) {
        if (on && on !== built.name) return it.skip(name, () => {})
        const reason = fails[built.name]
        it(name, { fails: Boolean(reason), meta: { flow: { subject, from, reason } } }, () => visit(body))
      },
      impossible(name, from, reason) {
        it.skip(name, { meta: { flow: { subject, from, reason } } }, () => {})
      },
    })
  })
}

/** In a page. */
export const isClerkLoaded = () => Boolean((window as { Clerk?: { loaded?: boolean } }).Clerk?.loaded)

/** Waits until the page shows that its user is signed in, and the server agrees. */
export async function expectSignedIn({ page, auth }: Pick<Visit, 'page' | 'auth'>, userId?: string): Promise<void> {
  await page.waitForFunction(() => Boolean((window as { Clerk?: { user?: object } }).Clerk?.user))
  await expect.poll(() => auth(page)).toMatchObject({ userId: userId ?? expect.stringMatching(/^user_/) })
}

/** Waits until the page and the server know of nobody. */
export async function expectSignedOut({ page, auth }: Pick<Visit, 'page' | 'auth'>): Promise<void> {
  await page.waitForFunction(() => (window as { Clerk?: { user?: null } }).Clerk?.user === null)
  await expect.poll(() => auth(page)).toMatchObject({ userId: null })
}

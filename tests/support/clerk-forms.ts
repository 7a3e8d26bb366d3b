import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { serveWithLocalClerk } from '../../examples/local-clerk.ts'
import { freePort } from '../../fixtures/free-port.ts'
import { startLocalClerk } from '../../local-clerk/index.ts'
import type { SettingsChanges } from '../../local-clerk/settings.ts'
import { launchChromium } from './chromium.ts'

/** Clerk's component for each path, and its properties. Every other path has the button of the signed-in user. */
const components: Record<string, [mount: string, props: object]> = {
  '/sign-in': ['mountSignIn', { routing: 'hash', withSignUp: false }],
  '/sign-in-by-popup': ['mountSignIn', { routing: 'hash', oauthFlow: 'popup' }],
  '/sign-in-or-up': ['mountSignIn', { routing: 'hash', withSignUp: true, signUpUrl: '/sign-in-or-up' }],
  '/sign-up': ['mountSignUp', { routing: 'hash' }],
  '/waitlist': ['mountWaitlist', {}],
  '/user': ['mountUserProfile', { routing: 'hash' }],
}

const pageWith = (publishableKey: string, path: string) => {
  const [mount, props] = components[path] ?? ['mountUserButton', {}]
  return `<!doctype html><title>Clerk's forms</title><div id="root"></div>
<script src="/__clerk/npm/@clerk/ui@1/dist/ui.browser.js"></script>
<script src="/__clerk/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
  data-clerk-publishable-key="${publishableKey}" data-clerk-proxy-url="/__clerk"></script>
<script>
  const urls = { signInUrl: '/sign-in', signUpUrl: '/sign-up', waitlistUrl: '/waitlist' }
  const ui = { ClerkUI: window.__internal_ClerkUICtor }
  Clerk.load({ ...urls, ui, signInFallbackRedirectUrl: '/home', signUpFallbackRedirectUrl: '/home' })
    .then(() => Clerk.${mount}(document.querySelector('#root'), ${JSON.stringify(props)}))
</script>`
}

/** Clerk's own forms on pages of an app, in a real browser. */
export function useForms() {
  const world = {} as {
    clerk: Awaited<ReturnType<typeof startLocalClerk>>
    browser: Browser
    /** The address of the app. */
    url: string
  }
  let dataDir: string
  let pages: Server
  let stopProxy: () => void
  let entered = 0

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'local-clerk-forms-'))
    world.clerk = await startLocalClerk({ dataDir })
    const key = world.clerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY
    pages = createServer(({ url }, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(pageWith(key, new URL(url!, 'http://localhost').pathname))
    })
    const [port, pagesPort] = [await freePort(), await freePort()]
    pages.listen(pagesPort, 'localhost')
    stopProxy = await serveWithLocalClerk(port, `http://localhost:${pagesPort}`, world.clerk.url)
    world.url = `http://localhost:${port}`
    world.browser = await launchChromium()
  })
  afterAll(async () => {
    await world.browser.close()
    stopProxy()
    pages.close()
    await world.clerk.stop()
    await rm(dataDir, { recursive: true })
  })

  async function control<Answer>(path: string, json?: object): Promise<Answer> {
    const response = await fetch(`${world.clerk.url}/__clerk/control/${path}`, json && {
      method: 'POST', body: JSON.stringify(json), headers: { 'content-type': 'application/json' },
    })
    return response.json()
  }

  return {
    clerk: () => world.clerk,
    at: (path: string) => world.url + path,

    /** A browser of its own, with the instance's default accounts and these settings. */
    async open(settings: SettingsChanges): Promise<BrowserContext> {
      await control('reset', {})
      entered = 0
      await control('settings', settings)
      return newBrowser()
    },

    newBrowser,

    /** Types a code into the form that asks for it, once it was sent. */
    async enterSentCode(page: Page): Promise<void> {
      await expect.poll(sentCodes).toBeGreaterThan(entered)
      entered = sentCodes()
      await enterCode(page)
    },

    /** The link that was emailed last. */
    async linkTo(email: string): Promise<string> {
      const { links } = await control<{ links: { url: string }[] }>(`links?${new URLSearchParams({ email })}`)
      return links[0]!.url
    },
  }

  function sentCodes(): number {
    const messages = world.clerk.webhooks.list(50).filter(({ type }) => /^(email|sms)\.created$/.test(type))
    return messages.filter(({ body }) => 'otp_code' in (body as { data: { data: object } }).data.data).length
  }

  async function newBrowser(): Promise<BrowserContext> {
    const context = await world.browser.newContext()
    context.setDefaultTimeout(20_000)
    return context
  }
}

export const field = (page: Page, name: string) => page.locator(`input[name=${name}]`)

export const submit = (page: Page) => page.getByRole('button', { name: 'Continue', exact: true }).click()

/** Types the code into the form that asks for it. */
export async function enterCode(page: Page, code = '424242'): Promise<void> {
  await page.getByRole('textbox', { name: 'Enter verification code' }).click()
  await page.keyboard.type(code)
}

/**
 * Waits until the page to which a sign-in leads knows the user. ClerkJS may begin a navigation that its next one ends,
 * which waitForURL would report as an error.
 */
export async function signedIn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { Clerk } = window as unknown as { Clerk?: { session?: object } }
    return location.pathname.endsWith('/home') && Boolean(Clerk?.session)
  })
}

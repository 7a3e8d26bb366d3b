import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { BrowserContext, Page } from 'playwright-core'
import { startTlsProxy } from '../support/tls-proxy.ts'
import { apps } from './support/app.ts'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'

/** What the flows use of @clerk/testing. */
interface Testing {
  clerkSetup: (options: object) => Promise<void>
  setupClerkTestingToken: (params: { context: BrowserContext, options: { frontendApiUrl: string } }) => Promise<void>
  clerk: {
    signIn: (params: { page: Page, signInParams: object }) => Promise<void>
    signOut: (params: { page: Page }) => Promise<void>
  }
}

/** The package as it is published, which the Next.js app has installed. */
function load(): Testing {
  const { cwd } = apps.find(({ name }) => name === 'next')!
  return createRequire(join(cwd, 'package.json'))('@clerk/testing/playwright') as Testing
}

/** Asks for a testing token, as a project does before its tests. */
async function setUp({ app }: Visit): Promise<Testing> {
  const testing = load()
  delete process.env.CLERK_TESTING_TOKEN
  await testing.clerkSetup({
    publishableKey: app.localClerk.env.NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY,
    secretKey: app.secretKey,
    apiUrl: app.localClerk.url,
    frontendApiUrl: `${new URL(app.url).host}/__clerk`,
    dotenv: false,
  })
  return testing
}

flows('@clerk/testing', { settings: { phone_number: 'on' } }, ({ flow, impossible }) => {
  for (const [strategy, name] of [
    ['password', 'a password'],
    ['email_code', 'an emailed code'],
    ['phone_code', 'a texted code'],
  ] as const) {
    flow(`signs in with ${name} by clerk.signIn()`, 'transitive-state', async (visit) => {
      const { clerk } = await setUp(visit)
      const user = await visit.user({ withPhone: true })
      const identifier = strategy === 'phone_code' ? user.phone : user.email
      await visit.open('/')
      await clerk.signIn({ page: visit.page, signInParams: { strategy, identifier, password: user.password } })
      await visit.page.getByText('You are signed in').waitFor()
      await expectSignedIn(visit, user.id)
      await clerk.signOut({ page: visit.page })
      await visit.page.getByText('You are signed out').waitFor()
      await expectSignedOut(visit)
    })
  }

  flow('signs in over HTTPS with its testing token in place', 'custom-flows/waitlist', async (visit) => {
    const { setupClerkTestingToken, clerk } = await setUp(visit)
    const user = await visit.user()
    const forwarded = (host: string) => ({ 'x-forwarded-host': host, 'x-forwarded-proto': 'https' })
    const proxy = await startTlsProxy(visit.app.url, forwarded)
    const context = await visit.browser.newContext({ ignoreHTTPSErrors: true })
    try {
      await setupClerkTestingToken({ context, options: { frontendApiUrl: `${new URL(proxy.url).host}/__clerk` } })
      const page = await context.newPage()
      await page.goto(proxy.url)
      const { email: identifier, password } = user
      await clerk.signIn({ page, signInParams: { strategy: 'password', identifier, password } })
      await page.getByText('You are signed in').waitFor()
      expect(process.env.CLERK_TESTING_TOKEN).toMatch(/^\d+-/)
    }
    finally {
      await context.close()
      await proxy.stop()
    }
  })

  impossible(
    'signs in by an email address alone',
    'transitive-state',
    '`clerk.signIn({ emailAddress })` asks api.clerk.com for a ticket: it has no option for another Backend API',
  )
})

flows('Not on this machine', {}, ({ impossible }) => {
  impossible(
    'signs in over plain HTTP on a domain',
    'non-secure-context',
    'Local Clerk gives its keys to anyone who can reach it, and so answers no other host than this machine\'s own',
  )
  impossible(
    'follows a link of the profile to another site',
    'custom-pages',
    'The suite makes no connection to other sites; links within the app are followed instead',
  )
})

import { expect } from 'vitest'
import type { BrowserContext, Page } from 'playwright-core'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { emailedLink } from './support/emails.ts'
import { button, enterIdentifier, field, fillSignUp, link, submitSignUp } from './support/steps.ts'

const from = 'email-link'

// The first tab says that the second has signed in, and knows it itself when it is loaded again.

/** Signs up until Clerk waits for its link to be opened. */
async function awaitLink(visit: Visit, query = ''): Promise<string> {
  const { email, password } = visit.stranger()
  const { page } = visit
  await visit.open(`/sign-up${query}`)
  await fillSignUp(page, { email, password })
  await submitSignUp(page)
  await page.getByRole('heading', { name: 'Verify your email' }).waitFor()
  return email
}

async function openLink({ app }: Visit, context: BrowserContext, email: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(await emailedLink(app, email))
  return page
}

flows('Email links', { settings: { email_strategies: ['email_link'] } }, ({ flow }) => {
  flow('signs up by a link, which signs in both tabs', from, async (visit) => {
    const email = await awaitLink(visit)
    const second = await openLink(visit, visit.context, email)
    await expectSignedIn({ ...visit, page: second })
    await second.close()
    await visit.page.reload()
    await expectSignedIn(visit)
  })

  flow('goes to redirect_url after a sign-up by a link', from, async (visit) => {
    const email = await awaitLink(visit, '?redirect_url=/protected')
    const second = await openLink(visit, visit.context, email)
    await expectSignedIn({ ...visit, page: second })
    await second.waitForURL('/protected')
    await second.close()
    await visit.page.reload()
    await expectSignedIn(visit)
  })

  flow('signs in the first browser when the link is opened in another one', from, async (visit) => {
    const email = await awaitLink(visit)
    const other = await visit.browser.newContext({ baseURL: visit.app.url })
    const second = await openLink(visit, other, email)
    await second.getByText('Return to original tab to continue').first().waitFor()
    await expectSignedOut({ ...visit, page: second })
    await other.close()
    await expectSignedIn(visit)
  })

  flow('goes to redirect_url in the first browser when the link is opened in another one', from, async (visit) => {
    const email = await awaitLink(visit, '?redirect_url=/protected')
    const other = await visit.browser.newContext({ baseURL: visit.app.url })
    const second = await openLink(visit, other, email)
    await second.getByText('Return to original tab to continue').first().waitFor()
    await other.close()
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit)
  })

  flow('signs up by a link on the page for signing in', 'sign-in-or-up-email-links-flow', async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/sign-in-or-up')
    await enterIdentifier(page, email)
    await page.waitForURL(/\/sign-in-or-up\/create/)
    expect(await field(page, 'Email address').inputValue()).toBe(email)
    await fillSignUp(page, { password })
    await submitSignUp(page)
    await page.getByRole('heading', { name: 'Verify your email' }).waitFor()
    const second = await openLink(visit, visit.context, email)
    await expectSignedIn({ ...visit, page: second })
    await second.close()
    await visit.page.reload()
    await expectSignedIn(visit)
  })

  flow('signs in by a link', 'sign-in-or-up-email-links-flow', async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await link(page, 'Use another method').click()
    await button(page, /^Email link to/).click()
    await page.getByRole('heading', { name: 'Check your email' }).waitFor()
    const second = await openLink(visit, visit.context, user.email)
    await expectSignedIn({ ...visit, page: second }, user.id)
    await second.close()
    await visit.page.reload()
    await expectSignedIn(visit, user.id)
  })
})

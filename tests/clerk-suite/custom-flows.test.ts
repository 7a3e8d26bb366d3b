import type { Page } from 'playwright-core'
import { expectSignedIn, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { button, code, field } from './support/steps.ts'

const from = 'custom-flows/sign-in'

/** Enters an address in the app's own form, and chooses how to go on. */
async function begin({ page, open }: Visit, email: string, strategy: string): Promise<void> {
  await open('/custom-flows/sign-in')
  await field(page, 'Email address').fill(email)
  await button(page, /^Continue$/).click()
  await button(page, strategy).click()
}

async function prove(page: Page, label: string, value: string): Promise<void> {
  await field(page, label).fill(value)
  await button(page, /^Continue$/).click()
}

// Nuxt's SDK has the older form of these composables.
const on = 'next'

flows('Forms of the app\'s own', { settings: { phone_number: 'on', social: ['google'] } }, ({ flow }) => {
  flow('signs in with an emailed code', from, async (visit) => {
    const user = await visit.user()
    await begin(visit, user.email, 'email_code')
    await prove(visit.page, 'Code', code)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit, user.id)
  }, { on })

  flow('rejects a wrong code', from, async (visit) => {
    const user = await visit.user()
    await begin(visit, user.email, 'email_code')
    await prove(visit.page, 'Code', '000000')
    await visit.page.getByText(/incorrect/i).first().waitFor()
  }, { on })

  flow('signs in with a texted code', from, async (visit) => {
    const user = await visit.user({ withPhone: true })
    await begin(visit, user.email, 'phone_code')
    await prove(visit.page, 'Code', code)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit, user.id)
  }, { on })

  flow('signs in with a password', from, async (visit) => {
    const user = await visit.user()
    await begin(visit, user.email, 'password')
    await prove(visit.page, 'Password', user.password)
    await visit.page.waitForURL('/protected')
    await expectSignedIn(visit, user.id)
  }, { on })

  flow('signs up with an email address and a password', 'custom-flows/sign-up', async (visit) => {
    const { email, password } = visit.stranger()
    const { page } = visit
    await visit.open('/custom-flows/sign-up')
    await field(page, 'Email address').fill(email)
    await field(page, 'Password').fill(password)
    await button(page, /^Continue$/).click()
    await field(page, 'Code').fill(code)
    await button(page, 'Verify').click()
    await page.waitForURL('/protected')
    await expectSignedIn(visit)
  }, { on })
})

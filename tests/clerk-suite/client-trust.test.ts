import { expect } from 'vitest'
import { expectSignedIn, expectSignedOut, flows } from './support/flows.ts'
import {
  button, enterCode, enterIdentifier, enterPassword, fillInstantly, identifierField, link, openUserMenu,
} from './support/steps.ts'

const from = 'client-trust'
const notice = /You're signing in from a new device\./

flows('Client trust', { settings: { client_trust: true } }, ({ flow }) => {
  flow('asks for a code on a new device, and not on one it knows', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await enterCode(page, async () => {
      await enterPassword(page, user.password)
      await page.waitForURL(/\/sign-in\/client-trust/)
      await page.getByText(notice).waitFor()
      await expectSignedOut(visit)
    })
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
    await openUserMenu(page)
    await button(page, 'Sign out').click()
    await page.getByText('You are signed out').waitFor()
    await visit.open('/sign-in')
    await fillInstantly(page, user.email, user.password)
    await page.getByText('You are signed in').waitFor()
    await expectSignedIn(visit, user.id)
  })

  flow('goes back to the start from the step for new devices', from, async (visit) => {
    const user = await visit.user()
    const { page } = visit
    await visit.open('/sign-in')
    await enterIdentifier(page, user.email)
    await enterPassword(page, user.password)
    await page.getByText(notice).waitFor()
    await link(page, /^Back$/).click()
    await identifierField(page).waitFor()
    expect(page.url()).not.toContain('client-trust')
    await expectSignedOut(visit)
  })
})

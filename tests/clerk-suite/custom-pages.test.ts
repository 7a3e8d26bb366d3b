import { expect } from 'vitest'
import { expectSignedOut, flows } from './support/flows.ts'
import type { Visit } from './support/flows.ts'
import { become } from './support/session.ts'
import { button, openUserMenu } from './support/steps.ts'

const from = 'custom-pages'

async function openAs(visit: Visit, path: string): Promise<void> {
  await become(visit, await visit.user())
  await visit.open(path)
}

/** The labels of a list of buttons, without the icons, which are one letter each. */
const labels = async (visit: Visit, container: string) =>
  (await visit.page.locator(`${container} button`).allInnerTexts()).map(text => text.replace(/^[A-Z]\s*(?=[A-Z])/, '').trim())

flows('Custom pages', {}, ({ flow }) => {
  flow('lists the app\'s pages in the profile in the app\'s order', from, async (visit) => {
    await openAs(visit, '/custom-profile')
    await button(visit.page, /Terms$/).waitFor()
    expect(await labels(visit, '.cl-navbarButtons')).toEqual(['Profile', 'Terms', 'Home', 'Security'])
  })

  flow('shows a page of the app in the profile, which keeps its state', from, async (visit) => {
    const { page } = visit
    await openAs(visit, '/custom-profile')
    await button(page, /Terms$/).click()
    await page.getByRole('heading', { name: 'Terms of the game' }).waitFor()
    await button(page, 'Counted 0').click()
    await button(page, 'Counted 1').waitFor()
  })

  flow('keeps the state of the app\'s page when its parent renders again', from, async (visit) => {
    const { page } = visit
    await openAs(visit, '/custom-profile')
    await button(page, /Terms$/).click()
    await button(page, 'Counted 0').click()
    await button(page, 'Counted 1').waitFor()
    await button(page, 'Rendered 0').click()
    await button(page, 'Rendered 1').waitFor()
    await button(page, 'Counted 1').waitFor()
  }, { on: 'next' })

  flow('shows no child of the profile that is no page', from, async (visit) => {
    await openAs(visit, '/custom-profile')
    await button(visit.page, /Terms$/).waitFor()
    expect(await visit.page.getByText('A child that is no page').count()).toBe(0)
  }, { on: 'next' })

  flow('follows the app\'s link in the profile', from, async (visit) => {
    await openAs(visit, '/custom-profile')
    await button(visit.page, /Home$/).click()
    await visit.page.waitForURL('/')
    await visit.page.getByText('You are signed in').waitFor()
  })

  flow('lists the app\'s items in the user menu in the app\'s order', from, async (visit) => {
    await openAs(visit, '/custom-button')
    await openUserMenu(visit.page)
    expect(await labels(visit, '.cl-userButtonPopoverActions')).toEqual([
      'Sign out', 'Manage account', 'Go to Protected', 'Open terms', 'Switch chat',
    ])
  })

  flow('follows the app\'s link in the user menu', from, async (visit) => {
    await openAs(visit, '/custom-button')
    await openUserMenu(visit.page)
    await button(visit.page, /Go to Protected$/).click()
    await visit.page.waitForURL('/protected')
  })

  flow('does what the app\'s item in the user menu does, every time', from, async (visit) => {
    const { page } = visit
    await openAs(visit, '/custom-button')
    for (const state of ['on', 'off']) {
      await openUserMenu(page)
      await button(page, /Switch chat$/).click()
      await page.getByText(`Chat is ${state}`).waitFor()
    }
  })

  flow('opens the app\'s page from the user menu', 'vue/components', async (visit) => {
    const { page } = visit
    await openAs(visit, '/custom-button')
    await openUserMenu(page)
    await button(page, /Open terms$/).click()
    await page.getByRole('dialog').getByRole('heading', { name: 'Terms of the game' }).waitFor()
  })

  flow('signs out by the item that the app has put first', 'vue/components', async (visit) => {
    await openAs(visit, '/custom-button')
    await openUserMenu(visit.page)
    await button(visit.page, 'Sign out').click()
    await expectSignedOut(visit)
  })
})

flows('Appearance', {}, ({ flow }) => {
  flow('renders the colors of the app', 'appearance', async (visit) => {
    await visit.open('/themes')
    const colors: string[] = []
    for (const theme of ['Plain', 'Colored']) {
      const submit = button(visit.page.getByRole('region', { name: theme }), /^Continue/)
      await submit.waitFor()
      colors.push(await submit.evaluate(element => getComputedStyle(element).backgroundColor))
    }
    expect(colors[1]).toBe('rgb(0, 128, 128)')
    expect(colors[0]).not.toBe(colors[1])
  })

  flow('shows the app\'s fallback until the component has loaded', 'components', async (visit) => {
    const { page } = visit
    const shown = Promise.withResolvers<undefined>()
    await page.route('**/ui.browser.js', async (route) => {
      await shown.promise
      await route.continue()
    })
    await page.goto('/sign-in', { waitUntil: 'commit' })
    await page.getByText('Loading', { exact: true }).waitFor()
    shown.resolve(undefined)
    await page.getByRole('heading', { name: 'Sign in to Addendum' }).waitFor()
    expect(await page.getByText('Loading', { exact: true }).count()).toBe(0)
  }, { on: 'next' })

  flow('speaks another language once the app says so', 'vue/components', async (visit) => {
    const { page } = visit
    await visit.open('/language')
    await page.getByRole('heading', { name: 'Sign in to Addendum' }).waitFor()
    await button(page, 'Français').click()
    await page.getByRole('heading', { name: 'Se connecter à Addendum' }).waitFor()
  }, { on: 'nuxt' })
})

import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { signedInState, useApp } from '../support/people.ts'

const app = useApp()
const row = () => app.stored.profiles.findOne({ clerk_id: 'user_123' })
let state: BrowserContextOptions['storageState']
let page: Page

beforeAll(async () => {
  state = await signedInState(app, 'ada')
})
afterEach(() => page.context().close())

/** Opens a page whose scripts are on their way until the returned function is called. */
async function openWithoutScripts(path: string) {
  page = await app.newPage({ storageState: state })
  const { promise: line, resolve } = Promise.withResolvers<undefined>()
  await page.route('**/_nuxt/*.js', async (route) => {
    await line
    await route.continue()
  })
  // Both of the page's load events wait for its scripts.
  await page.goto(app.server.url + path, { waitUntil: 'commit' })
  return () => resolve(undefined)
}

it('keeps what is typed, chosen and pressed before the scripts of a page have come', async () => {
  const scriptsCome = await openWithoutScripts('/profile')
  const bio = page.getByLabel('Bio', { exact: true })
  await bio.fill('Typed on a train')
  await page.getByRole('checkbox', { name: 'Show in the directory' }).check()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  scriptsCome()
  expect(JSON.parse(await readFile(await (await download).path(), 'utf8'))).toMatchObject({
    identity: { name: 'Ada Baker' },
  })
  expect(await bio.inputValue()).toBe('Typed on a train')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Profile saved', { exact: true }).waitFor()
  expect(await row()).toMatchObject({ bio: 'Typed on a train', visibility: 'public' })
})

it('saves a form that is submitted before the scripts have come, and puts nothing into the address', async () => {
  const scriptsCome = await openWithoutScripts('/welcome')
  await page.getByLabel('Bio', { exact: true }).fill('Said at once')
  await page.getByRole('button', { name: 'Save and continue' }).click()
  scriptsCome()
  await page.waitForURL(`${app.server.url}/profile`)
  expect(await row()).toMatchObject({ bio: 'Said at once' })
})

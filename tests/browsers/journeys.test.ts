import { firefox, webkit } from 'playwright-core'
import type { BrowserType } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { pages } from '../support/pages.ts'
import { startServerWithLocalClerk } from '../support/server.ts'
import { onPath, openFirefox, openWebKit } from '../support/webdriver.ts'
import type { Driver } from '../support/webdriver.ts'

// Runs in Playwright's own browsers with BROWSERS=playwright, else in the system's.

function must(command: string | undefined, name: string): string {
  if (!command)
    throw new Error(`${name} is missing: install firefox-esr, webkit2gtk-driver and xvfb, or set BROWSERS=playwright`)
  return command
}

async function openPlaywright(type: BrowserType): Promise<Driver> {
  const browser = await type.launch()
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  return {
    goto: url => page.goto(url).then(() => {}),
    evaluate: expression => page.evaluate(expression),
    click: (x, y) => page.mouse.click(x, y),
    async type(text) {
      for (const key of text) await page.keyboard.press(key === '\n' ? 'Enter' : key === ' ' ? 'Space' : key)
    },
    close: () => browser.close(),
  }
}

const system = {
  Firefox: () => openFirefox(must(onPath('firefox-esr', 'firefox'), 'Firefox')),
  WebKit: () => openWebKit(must(onPath('WebKitWebDriver'), 'WebKitWebDriver'), must(onPath('Xvfb'), 'Xvfb')),
}
const playwrights = { Firefox: () => openPlaywright(firefox), WebKit: () => openPlaywright(webkit) }

describe.each(Object.entries(process.env.BROWSERS === 'playwright' ? playwrights : system))('%s', (_name, open) => {
  let mongod: Awaited<ReturnType<typeof startMongod>>
  let stored: Awaited<ReturnType<typeof openDatabase>>
  let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
  let driver: Driver

  beforeAll(async () => {
    mongod = await startMongod()
    stored = await openDatabase(mongod.uri)
    server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri })
    driver = await open()
  })
  afterAll(async () => {
    await driver?.close()
    await server?.stop()
    await stored?.close()
    await mongod?.stop()
  })

  /** Waits until an expression is true in the page. */
  const until = (expression: string) =>
    expect.poll(() => driver.evaluate(`Boolean(${expression})`).catch(() => false), { message: expression }).toBe(true)
  const seen = (text: string) => until(`document.body.innerText.includes(${JSON.stringify(text)})`)
  const at = (path: string) => until(`location.pathname + location.search === ${JSON.stringify(path)}`)

  /** Presses the middle of the element that an expression returns, once Vue has hydrated and the element is at rest. */
  async function click(element: string): Promise<void> {
    await until(`document.querySelector('#__nuxt')?.__vue_app__?.$nuxt.isHydrating === false && ${element}`)
    await driver.evaluate(`${element}.scrollIntoView({ block: 'center', behavior: 'instant' }) ?? null`)
    const place = () =>
      driver.evaluate<string>(
        `(({ x, y, width, height }) => [x + width / 2, y + height / 2].join())(${element}.getBoundingClientRect())`,
      )
    let before = ''
    await expect.poll(async () => before === (before = await place()), { interval: 150 }).toBe(true)
    const [x, y] = before.split(',').map(Number)
    await driver.click(x!, y!)
  }
  const one = (selector: string) => `document.querySelector(${JSON.stringify(selector)})`
  const called = (selector: string, text: string) =>
    `[...document.querySelectorAll(${JSON.stringify(selector)})]`
    + `.find(each => each.innerText.trim() === ${JSON.stringify(text)})`
  /** Replaces the text of a field. */
  async function fill(selector: string, text: string): Promise<void> {
    await click(one(selector))
    await driver.evaluate(`${one(selector)}.select() ?? null`)
    await driver.type(text)
  }
  async function signIn(identifier: string): Promise<void> {
    await fill('input[name=identifier]', `${identifier}\n`)
    await fill('input[name=password]', 'local-clerk\n')
    await until(one('.cl-userButtonTrigger'))
  }
  const row = () => stored.profiles.findOne({ clerk_id: 'user_123' })

  it('signs in and returns to the requested page', async () => {
    await driver.goto(`${server.url}/profile`)
    await at('/sign-in?redirect_url=/profile')
    await signIn('ada')
    await at('/profile')
    await seen('ada@example.com')
  })

  it('chooses a country by keyboard, edits and saves', async () => {
    await fill('input[role=combobox]', 'germ')
    await until(one('[role=option][aria-selected=true]'))
    await driver.type('\n')
    await until(`${one('input[role=combobox]')}.value === 'Germany'`)
    await fill('textarea', 'Written by hand.')
    await click(called('button', 'Save'))
    await seen('Profile saved')
    expect(await row()).toMatchObject({ country: 'DE', bio: 'Written by hand.' })
  })

  it('asks before leaving unsaved changes', async () => {
    await fill('textarea', 'Not yet saved')
    await click(called('header a', 'Directory'))
    await until(one('dialog[open]'))
    await click(called('dialog[open] button', 'Cancel'))
    await until(`!${one('dialog[open]')} && ${one('textarea')}.value === 'Not yet saved'`)
    await click(called('header a', 'Directory'))
    await click(called('dialog[open] button', 'Leave'))
    await at('/people')
    expect(await row()).toMatchObject({ bio: 'Written by hand.' })
  })

  it.each(['ada', 'admin'] as const)('shows every page to %s, with one heading and no overflow', async (who) => {
    if (who === 'admin') {
      await driver.goto(`${server.url}/sign-in`)
      await click(one('.cl-userButtonTrigger'))
      await click(one('[class*=userButtonPopoverActionButton__signOut]'))
      await at('/')
      await driver.goto(`${server.url}/sign-in`)
      await signIn('admin')
    }
    for (const [, path] of pages.filter(([as]) => as === who)) {
      await driver.goto(server.url + path)
      await until(`document.querySelector('#__nuxt')?.__vue_app__?.$nuxt.isHydrating === false`)
      expect([path, await driver.evaluate(`document.querySelectorAll('h1').length`)]).toEqual([path, 1])
      expect([path, await driver.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([path, true])
    }
  })
})

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import japanese from '../../i18n/locales/ja.json' with { type: 'json' }
import { marked } from '../../modules/languages/messages.ts'
import { unmarkedTexts } from '../support/marked.ts'
import { pages } from '../support/pages.ts'
import type { Who } from '../support/pages.ts'
import { signedInState, useApp } from '../support/people.ts'
import { settle, violations, watch } from '../support/visit.ts'

const app = useApp()
const files = await readdir(join(import.meta.dirname, '../../i18n/locales'))
const languages = files.map(file => file.replace('.json', '')).filter(code => code !== 'en')
type State = Awaited<ReturnType<typeof signedInState>>
const states: Partial<Record<Who, State>> = {}

beforeAll(async () => {
  for (const who of ['ada', 'admin'] as const) states[who] = await signedInState(app, who)
  const context = await app.browser.newContext({ storageState: states.ada })
  // So that the directory has a member.
  await context.request.patch(`${app.server.url}/api/me`, { data: { visibility: 'public' } })
  await context.close()
})

const html = async (headers: Record<string, string>) => {
  const response = await fetch(app.server.url, { headers })
  return { response, text: await response.text() }
}
const tagOf = (text: string) => /<html[^>]*>/.exec(text)![0]

describe('the language of a page', () => {
  it.each([
    ['de-CH, de;q=0.9, en;q=0.5', undefined, 'de'],
    ['pt-PT', undefined, 'pt-BR'],
    ['sv, ja;q=0.2, fr;q=0.7', undefined, 'fr'],
    ['de', 'ja', 'ja'],
    ['sv-SE, zh', undefined, 'en'],
    // Bad input.
    [';;q=,,*;q=x', undefined, 'en'],
    ['x'.repeat(8_000), undefined, 'en'],
    ['de', 'klingon', 'de'],
    ['', '"><script>alert(1)</script>', 'en'],
    ['', '%E0%A4%A', 'en'],
    ['de;q=0', '', 'en'],
  ])('for %j and the choice %j is %s', async (accept, choice, expected) => {
    const headers = { 'accept-language': accept, ...choice !== undefined && { cookie: `language=${choice}` } }
    const { response, text } = await html(headers)
    expect(response.status).toBe(200)
    expect(tagOf(text)).toContain(`lang="${expected}"`)
    expect(tagOf(text)).toContain('dir="ltr"')
    expect(response.headers.get('vary')).toMatch(/accept-language, cookie/i)
    expect(text).not.toContain('alert(1)')
  })

  it('is written from right to left where that is how it is read', async () => {
    expect(tagOf((await html({ 'accept-language': 'ar-EG' })).text)).toMatch(/lang="ar".*dir="rtl"|dir="rtl".*lang="ar"/)
  })

  it('is the one that the visitor chooses, until they choose another', async () => {
    const page = await app.newPage({ locale: 'en-US' })
    await page.goto(app.server.url)
    await settle(page)
    await page.getByLabel('Language').selectOption('Français')
    await page.locator('html[lang=fr]').waitFor()
    await settle(page)
    await page.goto(`${app.server.url}/nothing`)
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    await page.context().close()
  })
})

it('requests its messages once, before its scripts have come', async () => {
  const page = await app.newPage({ locale: 'ja-JP' })
  await page.goto(app.server.url)
  await settle(page)
  const requests = await page.evaluate(() => performance.getEntriesByType('resource')
    .filter(({ name }) => name.includes('/_i18n/'))
    .map(entry => (entry as PerformanceResourceTiming).initiatorType))
  expect(requests).toEqual(['link'])
  await page.context().close()
})

it('keeps what the server has rendered until its messages come', async () => {
  const page = await app.newPage({ locale: 'ja-JP' })
  const complaints = await watch(page, app.server.url)
  let requests = 0
  await page.route('**/_i18n/**', (route) => {
    requests += 1
    if (requests > 3) return route.continue()
    return requests === 1 ? route.abort() : route.fulfill({ status: 502 })
  })
  await page.goto(app.server.url)
  await settle(page)
  await page.getByRole('link', { name: japanese.action.createAccount, exact: true }).waitFor()
  expect(requests).toBe(4)
  expect(complaints.errors.filter(error => !error.startsWith('Failed to load resource'))).toEqual([])
  await page.context().close()
})

describe.each([...languages, marked])('in %s', (language) => {
  const contexts = new Map<Who, BrowserContext>()
  beforeAll(async () => {
    for (const who of ['nobody', 'ada', 'admin'] as const) {
      const context = await app.browser.newContext({ storageState: states[who] })
      await context.addCookies([{ name: 'language', value: language, url: app.server.url }])
      contexts.set(who, context)
    }
    return async () => {
      for (const context of contexts.values()) await context.close()
    }
  })

  const fits = (page: Page, width: number) => expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: `at ${width} pixels` })
    .toBeLessThanOrEqual(width)

  it.each(pages)('for %s, the page %s (%i) fits, is accessible and hydrates', async (who, path, status) => {
    const page = await contexts.get(who)!.newPage()
    page.setDefaultTimeout(20_000)
    await page.setViewportSize({ width: 390, height: 900 })
    const complaints = await watch(page, app.server.url)
    const response = await page.goto(app.server.url + path)
    expect(response!.status()).toBe(status)
    await settle(page)
    if (language === marked) expect(await unmarkedTexts(page)).toEqual([])
    expect(await violations(page)).toEqual([])
    await fits(page, 390)
    await page.setViewportSize({ width: 1280, height: 900 })
    await fits(page, 1280)
    expect(complaints).toEqual({ foreign: [], errors: [] })
    await page.close()
  })
})

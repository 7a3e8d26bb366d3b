import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signIn, useApp } from '../support/people.ts'
import { otherVisitors, pages, visitors } from '../support/pages.ts'
import type { Who } from '../support/pages.ts'
import { settle, watch } from '../support/visit.ts'

const app = useApp()
type State = Awaited<ReturnType<BrowserContext['storageState']>>
const states = new Map<Who, State>()

beforeAll(async () => {
  for (const who of ['ada', 'admin'] as const) {
    const page = await app.newPage()
    await signIn(page, app.server.url, who)
    await page.request.patch(`${app.server.url}/api/me`, {
      data: { visibility: 'public', birthday_visibility: 'public' },
    })
    states.set(who, await page.context().storageState())
    await page.context().close()
  }
})

const others: readonly object[] = otherVisitors

const all = [...otherVisitors, ...Object.values(visitors)]

describe.each(all)('for a visitor with $locale in $timezoneId', (visitor) => {
  const contexts = new Map<Who, BrowserContext>()
  beforeAll(async () => {
    for (const who of ['nobody', 'ada', 'admin'] as const) {
      contexts.set(
        who,
        await app.browser.newContext({
          ...visitor,
          storageState: states.get(who),
          viewport: { width: 1280, height: 900 },
        }),
      )
    }
  })
  afterAll(async () => {
    for (const context of contexts.values()) await context.close()
  })

  async function visit(who: Who, path: string, use: (page: Page, html: string) => Promise<void>) {
    const page = await contexts.get(who)!.newPage()
    const complaints = await watch(page, app.server.url)
    const response = await page.goto(app.server.url + path)
    await settle(page)
    await use(page, await response!.text())
    // This build reports each mismatch in detail.
    expect(complaints).toEqual({ foreign: [], errors: [] })
    await page.close()
  }

  it.each(others.includes(visitor) ? pages : [])(
    'the server makes for %s the page %s that the browser makes, in English',
    async (who, path) => {
      await visit(who, path, async (page, html) => {
        expect(html).toMatch(/<html +lang="en"/)
        // Arabic, Persian and Thai digits, and years of their calendars.
        expect(await page.locator('body').innerText()).not.toMatch(/[٠-٩۰-۹๐-๙]|\b(25[67]\d|140\d)\b/)
      })
    },
  )

  it('a time shows in UTC until the browser shows its own in the same space', async () => {
    await visit('admin', '/admin/users/user_123', async (page, html) => {
      const [, at, inUTC] = /<time datetime="([^"]+)"[^>]*>([^<]+)<\/time>/.exec(html)!
      expect(inUTC).toMatch(/\b2\d{3}, .* UTC$/)
      const time = page.locator('time').first()
      await expect.poll(() => time.textContent()).not.toContain('UTC')
      const shown = await time.textContent()
      const { width, hour } = await time.evaluate(
        (element, { inUTC, at }) => {
          const width = element.getBoundingClientRect().width
          element.textContent = inUTC
          return { width: [width, element.getBoundingClientRect().width], hour: new Date(at).getHours() }
        },
        { inUTC: inUTC!, at: at! },
      )
      expect(width[0]).toBe(width[1])
      expect(shown).toMatch(new RegExp(`, 0?(${hour}|${hour % 12 || 12}):`))
    })
  })
})

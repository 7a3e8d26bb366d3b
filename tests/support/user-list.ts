import type { Page } from 'playwright-core'
import { afterEach, beforeAll, expect, vi } from 'vitest'
import { signIn, useApp } from './people.ts'
import { settle } from './visit.ts'

/** The list of users in an admin's browser, with 134 users, for all tests of a file. */
export function useUserList() {
  const app = useApp()
  let page: Page
  const total = 134

  beforeAll(async () => {
    await app.server.control('/seed', { count: total - 4 })
    await vi.waitUntil(async () => (await app.server.control()).idle, { timeout: 30_000 })
    page = await app.newPage()
    await signIn(page, app.server.url, 'admin')
  })
  afterEach(async () => {
    await app.server.control('/rate-limit', { per_second: 0 })
    await page.unrouteAll({ behavior: 'wait' })
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  const rows = (target = page) => target.getByRole('row').filter({ has: target.getByRole('rowheader') })
  const search = () => new URL(page.url()).search
  return {
    app,
    total,
    /** The admin's. */
    page: () => page,
    /** Opens the list from a link. */
    async open(query = '', target = page) {
      await target.goto(`${app.server.url}/admin/users${query}`)
      await settle(target)
    },
    rows,
    idsOf: (target = page) =>
      rows(target).evaluateAll(each => each.map(row => row.querySelector('a')!.pathname.split('/').at(-1)!)),
    search,
    isAt: (query: string) => expect.poll(search).toBe(query),
    totalOf: (text: string) =>
      page.getByRole('region', { name: 'Results' }).getByRole('status').filter({ hasText: text }).waitFor(),
    chips: () => page.getByRole('list', { name: 'Active filters' }).getByRole('listitem').allTextContents(),
    /** The ids of the profiles that MongoDB finds, in order. */
    stored: async (filter: object) =>
      (await app.stored.profiles.find(filter).toArray()).map(({ clerk_id }) => clerk_id).toSorted(),
  }
}

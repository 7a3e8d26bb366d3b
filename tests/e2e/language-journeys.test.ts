import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import arabic from '../../i18n/locales/ar.json' with { type: 'json' }
import japanese from '../../i18n/locales/ja.json' with { type: 'json' }
import { submitPassword, useApp } from '../support/people.ts'
import { settle, watch } from '../support/visit.ts'

const app = useApp()

const named = (page: Page, role: 'button' | 'link', name: string) => page.getByRole(role, { name, exact: true })

describe.each([
  ['ja-JP', japanese, 'お名前ではなく', '2999', '1990'],
  ['ar-EG', arabic, 'نبذة قصيرة', '٢٩٩٩', '١٩٩٠'],
] as const)('a new user with %s', (locale, text, bio, future, year) => {
  it('signs up, edits, reads why a birthday is refused, takes the data away and deletes the account', async () => {
    const page = await app.newPage({ locale, viewport: { width: 390, height: 844 } })
    const complaints = await watch(page, app.server.url)
    await page.goto(app.server.url)
    await named(page, 'link', text.action.createAccount).click()
    await page.locator('input[name=emailAddress]').fill(`${locale}@example.com`)
    await page.locator('input[name=password]').fill('a good password')
    await submitPassword(page)
    await page.locator('input[autocomplete="one-time-code"]').first().waitFor()
    // Clerk's own texts are in the language, too.
    expect(await page.locator('.cl-headerTitle').textContent()).not.toMatch(/[A-Za-z]/)
    await page.keyboard.type('424242')
    await page.waitForURL(/\/welcome/)
    await settle(page)
    await expect.poll(() => page.title()).toContain(text.welcome.page)

    const part = (name: 'year' | 'month' | 'day') => page.getByLabel(text.date[name], { exact: true })
    await part('year').fill(future)
    await part('month').fill('5')
    await part('day').fill('12')
    await named(page, 'button', text.action.saveAndContinue).click()
    await page.getByText(text.issue.date_in_future).waitFor()
    await part('year').fill(year)
    await page.getByLabel(text.fields.bio.label).fill(bio)
    await named(page, 'button', text.action.saveAndContinue).click()
    await page.waitForURL(/\/profile/)
    await settle(page)
    const { profile, identity } = await (await page.request.get(`${app.server.url}/api/me`)).json()
    expect(profile).toMatchObject({ birthday: '1990-05-12', bio })

    await page.getByRole('checkbox', { name: text.setting.inDirectory }).check()
    await named(page, 'button', text.action.save).click()
    await page.getByText(text.profile.saved, { exact: true }).waitFor()
    await page.getByRole('link', { name: text.layout.directory }).click()
    await page.getByRole('heading', { name: text.directory.title }).waitFor()
    await page.getByText(bio).waitFor()

    await page.goto(`${app.server.url}/profile`)
    await settle(page)
    const downloading = page.waitForEvent('download')
    await named(page, 'button', text.data.download).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe(text.data.file.replace('{id}', identity.clerk_id))
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({ profile: { bio } })

    await named(page, 'button', text.data.delete).click()
    const dialog = page.getByRole('dialog', { name: text.data.deleteQuestion })
    await dialog.getByRole('textbox').fill(text.data.delete)
    await named(page, 'button', text.data.delete).last().click()
    await page.getByText(text.data.deleted, { exact: true }).waitFor()
    await expect.poll(() => app.stored.profiles.findOne({ clerk_id: identity.clerk_id }))
      .toMatchObject({ deleted_at: expect.any(Date) })
    expect(complaints).toEqual({ foreign: [], errors: [] })
    await page.context().close()
  })
})

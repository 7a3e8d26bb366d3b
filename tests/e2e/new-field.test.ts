import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { openDatabase, startMongod } from '../../fixtures/mongodb.ts'
import { copyProject, noTimeLimit } from '../support/project-copy.ts'
import { startServer, startServerWithLocalClerk } from '../support/server.ts'
import { signIn, userButton } from '../support/people.ts'
import { settle } from '../support/visit.ts'
import { deliver, message, userEvent } from '../../fixtures/webhooks.ts'

const pronouns = `  pronouns: z.enum(['she/her', 'he/him', 'they/them'], 'Choose one of them').register(fieldMeta, {
    label: 'Pronouns', input: 'choice', help: 'How others shall speak of you.', inDirectory: true, filterable: true,
    inToken: true,
  }),
`

let entry: string
let project: Awaited<ReturnType<typeof copyProject>>
let mongod: Awaited<ReturnType<typeof startMongod>>
let stored: Awaited<ReturnType<typeof openDatabase>>
let server: Awaited<ReturnType<typeof startServerWithLocalClerk>>
let browser: Browser
let page: Page

beforeAll(async () => {
  project = await copyProject()
  const file = join(project.folder, 'shared', 'profile.ts')
  const schema = await readFile(file, 'utf8')
  const start = 'export const profileFields = z.object({\n'
  expect(schema).toContain(start)
  await writeFile(file, schema.replace(start, start + pronouns))
  entry = await project.build()

  mongod = await startMongod()
  stored = await openDatabase(mongod.uri)
  server = await startServerWithLocalClerk({ MONGODB_URI: mongod.uri }, entry)
  browser = await launchChromium()
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.setDefaultTimeout(20_000)
  await signIn(page, server.url, 'ada')
}, noTimeLimit)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await stored?.close()
  await mongod?.stop()
  await project?.remove()
})

const api = async (path: string) => (await page.request.get(server.url + path)).json()
const patch = async (data: object) => {
  const response = await page.request.patch(`${server.url}/api/me`, { data })
  return { status: response.status(), body: await response.json() }
}

describe('a field added as one entry in shared/profile.ts', () => {
  it('appears in the form with its choices, and is saved', async () => {
    await page.goto(`${server.url}/profile`)
    await settle(page)
    await userButton(page).waitFor()
    const select = page.getByRole('combobox', { name: 'Pronouns' })
    expect(await select.getByRole('option').allTextContents()).toEqual(
      expect.arrayContaining(['she/her', 'he/him', 'they/them']),
    )
    await page.getByText('How others shall speak of you.').waitFor()
    await select.selectOption('she/her')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Profile saved', { exact: true }).waitFor()
    expect((await api('/api/me')).profile).toMatchObject({ pronouns: 'she/her' })
    expect(await stored.profiles.findOne({ clerk_id: 'user_123' })).toMatchObject({ pronouns: 'she/her' })
    await page.reload()
    expect(await select.inputValue()).toBe('she/her')
    // Before hydration, too.
    expect(await (await page.request.get(`${server.url}/profile`)).text()).toMatch(/<option value="she\/her" selected/)
  })

  it('is in the session token once it is saved, and on pages that ask no database', async () => {
    await page.goto(`${server.url}/profile`)
    await userButton(page).waitFor()
    const claimed = () => page.evaluate(() => {
      interface Claims { metadata: { profile?: Record<string, unknown> } }
      const { Clerk } = window as unknown as { Clerk: { session: { lastActiveToken: { jwt: { claims: Claims } } } } }
      return Clerk.session.lastActiveToken.jwt.claims.metadata.profile
    })
    await expect.poll(claimed).toEqual({ pronouns: 'she/her' })
    await page.getByRole('combobox', { name: 'Pronouns' }).selectOption('he/him')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(claimed).toEqual({ pronouns: 'he/him' })
    expect(await stored.profiles.findOne({ clerk_id: 'user_123' })).not.toHaveProperty('token_due')
    // The card shows what is stored; the line with the name what the token says.
    const email = page.locator('p', { hasText: 'ada@example.com' })
    await email.locator('xpath=following-sibling::p').getByText('he/him').waitFor()
  })

  it('accepts only its choices, and names the field otherwise', async () => {
    const { status, body } = await patch({ pronouns: 'thou' })
    const issue = { path: 'pronouns', code: 'invalid_value', message: 'Choose one of them', params: {} }
    expect([status, body.data]).toEqual([422, { fields: { pronouns: ['Choose one of them'] }, issues: [issue] }])
    expect((await patch({ pronouns: 'they/them' })).body).toMatchObject({ pronouns: 'they/them' })
  })

  it('appears in the export', async () => {
    expect((await api('/api/me/export')).profile).toMatchObject({ pronouns: 'they/them' })
  })

  it('appears in the directory, in the list and on the member\'s page', async () => {
    await patch({ visibility: 'public' })
    expect((await api('/api/profiles')).people).toMatchObject([{ clerk_id: 'user_123', pronouns: 'they/them' }])
    expect(await api('/api/profiles/user_123')).toMatchObject({ pronouns: 'they/them' })
    for (const path of ['/people', '/people/user_123']) {
      await page.goto(server.url + path)
      await page.getByRole('article').getByText('they/them').waitFor()
    }
  })

  it('is a filter and a column of the users list, its exports and its counts', async () => {
    const admin = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage()
    await signIn(admin, server.url, 'admin')
    await admin.goto(`${server.url}/admin/users`)
    await settle(admin)
    await admin.locator('summary', { hasText: /^Profile/ }).click()
    await admin.getByLabel('Pronouns').selectOption('they/them')
    await admin.getByRole('button', { name: 'Apply' }).click()
    await admin.waitForURL(({ searchParams }) => searchParams.get('pronouns') === 'they/them')
    await admin.getByRole('link', { name: 'Remove filter: Pronouns: they/them' }).waitFor()
    await admin.getByText('1 user', { exact: true }).and(admin.locator(':not(.sr-only)')).waitFor()
    await admin.getByRole('cell', { name: 'they/them' }).waitFor()
    expect(await admin.getByRole('columnheader', { name: 'Pronouns' }).count()).toBe(1)

    // Also in files and counts.
    const file = await (await admin.request.get(`${server.url}/api/admin/profiles/export?pronouns=they/them`)).text()
    expect(file).toMatch(/^clerk_id,pronouns,.*\r\nuser_123,they\/them,/)
    const imported = await admin.request.post(`${server.url}/api/admin/import?dry_run=false&last=true`, {
      data: 'clerk_id,pronouns\nuser_456,she/her\nuser_789,thou\n',
      headers: { 'content-type': 'text/csv' },
    })
    expect(await imported.json()).toMatchObject({
      changed: 1,
      invalid: [{ line: 3, reason: 'pronouns: Choose one of them' }],
    })
    const { completeness } = await (await admin.request.get(`${server.url}/api/admin/insights`)).json()
    expect(completeness).toContainEqual({ field: 'pronouns', count: 2 })
    await admin.context().close()
  })

  it('can be cleared with null, and by erasing the profile', async () => {
    expect((await patch({ pronouns: null })).body).toMatchObject({ pronouns: null })
    await patch({ pronouns: 'he/him' })
    const erased = await page.request.delete(`${server.url}/api/me/profile`)
    expect(await erased.json()).toMatchObject({ pronouns: null, visibility: 'private' })
  })

  it('is seeded by a webhook with a valid value, and erased on deletion', async () => {
    // A second server of the same build, with a known webhook secret.
    const other = await startServer({ MONGODB_URI: mongod.uri }, { entry })
    try {
      await deliver(other.webhooks, message(userEvent('user.created', 'user_seeded', 1_000, { pronouns: 'he/him' })))
      await deliver(
        other.webhooks,
        message(userEvent('user.created', 'user_odd', 1_000, { pronouns: 'thou', country: 'CA' })),
      )
      expect(await stored.profiles.findOne({ clerk_id: 'user_seeded' })).toMatchObject({ pronouns: 'he/him' })
      const odd = await stored.profiles.findOne({ clerk_id: 'user_odd' })
      expect(odd).toMatchObject({ country: 'CA' })
      expect(odd).not.toHaveProperty('pronouns')
      await deliver(
        other.webhooks,
        message({
          type: 'user.deleted',
          object: 'event',
          timestamp: 2_000,
          data: { id: 'user_seeded', object: 'user', deleted: true },
        }),
      )
      const gone = await stored.profiles.findOne({ clerk_id: 'user_seeded' })
      expect(gone).toMatchObject({ deleted_at: expect.any(Date) })
      expect(gone).not.toHaveProperty('pronouns')
    }
    finally {
      await other.stop()
    }
  })
})

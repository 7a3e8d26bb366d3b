import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiUser } from '../support/api.ts'
import { adaProfile, signedInState, useApp } from '../support/people.ts'
import { settle, violations } from '../support/visit.ts'

const app = useApp()
let state: BrowserContextOptions['storageState']
let admin: Awaited<ReturnType<typeof apiUser>>
let ada: Awaited<ReturnType<typeof apiUser>>
let page: Page

const row = (clerk_id = 'user_123') => app.stored.profiles.findOne({ clerk_id })
const collection = (name: string) => app.stored.client.db('addendum').collection(name)
const log = () =>
  collection('audit_log')
    .find({}, { projection: { _id: 0 } })
    .sort({ at: 1 })
    .toArray()
const path = (clerk_id = 'user_123') => `/api/admin/profiles/${clerk_id}`
const patch = (edit: unknown, headers?: Record<string, string>, clerk_id?: string) =>
  admin.ask('PATCH', path(clerk_id), edit, headers)

beforeAll(async () => {
  state = await signedInState(app, 'admin')
  admin = await apiUser(app.server, 'admin')
  ada = await apiUser(app.server, 'ada')
})
beforeEach(async () => {
  await Promise.all([
    collection('rate_limits').deleteMany({}),
    collection('audit_log').deleteMany({}),
    app.server.control('/rate-limit', { per_second: 0 }),
  ])
  await app.stored.profiles.updateOne(
    { clerk_id: 'user_123' },
    { $set: adaProfile, $unset: { birthday_visibility: '', deleted_at: '' } },
    { upsert: true },
  )
})

/** Clerk's Backend API rejects every call, and the cached name is dropped. */
async function silenceClerk(clerk_id: string) {
  await app.server.control('/rate-limit', { per_second: 0.5 })
  await app.server.control('/send', { type: 'user.updated', id: clerk_id })
  await expect.poll(async () => (await admin.get(path(clerk_id))).body.identity_known).toBe(false)
}

describe('GET /api/admin/profiles/:clerk_id', () => {
  it('returns one user with the same ETag as their own profile', async () => {
    await patch({ bio: 'By an admin' })
    const { status, headers, body } = await admin.get(path())
    expect(status).toBe(200)
    expect(headers.get('etag')).toBe((await ada.get('/api/me')).headers.get('etag'))
    expect(body).toEqual({
      identity: {
        clerk_id: 'user_123',
        name: 'Ada Baker',
        email: 'ada@example.com',
        picture: expect.stringContaining('/__clerk/images/user_123'),
        banned: false,
      },
      identity_known: true,
      state: 'stored',
      profile: {
        birthday: '1990-05-12',
        country: 'US',
        bio: 'By an admin',
        visibility: 'private',
        birthday_visibility: 'private',
      },
      created_at: expect.any(String),
      updated_at: expect.any(String),
      deleted_at: null,
      last_seen_at: null,
      deliveries: expect.arrayContaining([expect.objectContaining({ type: 'user.created', clerk_id: 'user_123' })]),
      audit: [
        {
          at: expect.any(String),
          actor_id: 'user_admin',
          actor_name: 'Alex Admin',
          clerk_id: 'user_123',
          action: 'profile.edit',
          fields: ['bio'],
        },
      ],
    })
  })

  it.each(['user_nobody', 'x'.repeat(101), '%00', '%20', '__proto__', '%E2%98%83'])('answers 404 to %s', async (id) => {
    expect(await admin.get(path(id))).toMatchObject({ status: 404, body: { message: 'There is no such user' } })
    expect((await patch({ bio: 'Ghost' }, {}, id)).status).toBe(404)
    expect(await log()).toEqual([])
  })
})

describe('PATCH /api/admin/profiles/:clerk_id', () => {
  it('changes the given fields of the version it started from, and logs the change', async () => {
    const etag = (await admin.get(path())).headers.get('etag')!
    const saved = await patch({ country: 'CA', birthday: null }, { 'if-match': etag })
    expect(saved).toMatchObject({ status: 200, body: { country: 'CA', birthday: null, bio: 'Coffee enthusiast.' } })
    expect(saved.headers.get('etag')).toBe((await admin.get(path())).headers.get('etag'))
    expect(await row()).toMatchObject({ country: 'CA', birthday: null, birth_month_day: null })
    expect(await log()).toEqual([
      {
        at: expect.any(Date),
        actor_id: 'user_admin',
        clerk_id: 'user_123',
        action: 'profile.edit',
        fields: ['birthday', 'country'],
      },
    ])
    expect((await patch({ country: 'DE' }, { 'if-match': etag })).status).toBe(412)
    expect(await log()).toHaveLength(1)
    const mine = (await ada.get('/api/me/export')).body.audit
    expect(mine).toEqual([
      { at: expect.any(String), clerk_id: 'user_123', action: 'profile.edit', fields: ['birthday', 'country'] },
    ])
  })

  it('rejects invalid fields and a deleted user, and logs neither', async () => {
    expect((await patch({ country: 'Atlantis' })).body.data.fields.country).toHaveLength(1)
    expect((await patch({ clerk_id: 'user_456' })).status).toBe(422)
    await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: { deleted_at: new Date() } })
    expect((await patch({ country: 'CA' })).status).toBe(410)
    expect(await log()).toEqual([])
  })

  it('counts against the admin\'s write limit, not the user\'s', async () => {
    const answers = await Promise.all(Array.from({ length: 61 }, () => patch({ bio: 'Again' })))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1)
    expect((await ada.patch({ bio: 'Mine' })).status).toBe(200)
  })

  it('creates no profile while Clerk cannot confirm that the user exists', async () => {
    await app.server.control('/rate-limit', { per_second: 0.5 })
    expect(await patch({ bio: 'Ghost' }, {}, 'user_never_asked_for')).toMatchObject({
      status: 503,
      body: { message: expect.stringContaining('Clerk is not responding') },
    })
    expect(await row('user_never_asked_for')).toBeNull()
    expect(await log()).toEqual([])
  })
})

describe('/admin/users/:clerk_id', () => {
  const country = (at = page) => at.getByRole('combobox', { name: 'Country' })
  const bio = (at = page) => at.getByLabel('Bio', { exact: true })
  const save = (at = page) => at.getByRole('button', { name: 'Save', exact: true }).click()
  const saved = (at = page) => at.getByText('Profile saved', { exact: true }).waitFor()
  const section = (name: string, at = page) => at.getByRole('region', { name })
  afterEach(() => page.context().close())

  async function open(clerk_id = 'user_123', options: BrowserContextOptions = {}) {
    page = await app.newPage({ storageState: state, ...options })
    const response = await page.goto(`${app.server.url}/admin/users/${clerk_id}`)
    await settle(page)
    return response!
  }

  it('edits a user\'s country: it is stored, and the log shows admin, field and time', async () => {
    await open()
    await section('Changes by admins').getByText('No admin has changed this profile.').waitFor()
    await country().fill('Canada')
    await save()
    await saved()
    expect(await row()).toMatchObject({ country: 'CA', bio: 'Coffee enthusiast.' })
    await section('Changes by admins')
      .getByText(/^Alex Admin changed country, \w{3} \d{1,2}, \d{4}, /)
      .waitFor()
    await country().fill('Japan')
    await bio().fill('By an admin')
    await save()
    await section('Changes by admins')
      .getByText(/^Alex Admin changed country and bio, /)
      .waitFor()
    expect(await section('Changes by admins').getByRole('listitem').count()).toBe(2)
    expect(await row()).toMatchObject({ country: 'JP', bio: 'By an admin' })
  })

  it('is server-rendered: identity, fields, deliveries and log', async () => {
    await patch({ bio: '<b>By an admin</b>' })
    const response = await open()
    const html = await response.text()
    for (const text of [
      'Ada Baker',
      'ada@example.com',
      'user_123',
      'United States',
      '&lt;b&gt;By an admin',
      'user.created',
      'Alex Admin',
    ])
      expect(html).toContain(text)
    const link = page.getByRole('link', { name: 'View in Clerk' })
    expect(await link.getAttribute('href')).toBe('/__clerk/')
    expect(await page.title()).toContain('Ada Baker')
  })

  it('shows the last sign-in of a user if the app stores it', async () => {
    await open()
    expect(await section('Identity').getByText('Last sign-in').count()).toBe(0)
    await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: { last_seen_at: new Date('2026-02-03') } })
    await page.reload()
    await section('Identity').getByText('Last sign-in').waitFor()
    await section('Identity').getByText(/^Feb [23], 2026/).waitFor()
    expect(await violations(page)).toEqual([])
    await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $unset: { last_seen_at: '' } })
  })

  it('copies the user\'s id', async () => {
    await open('user_123', { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.getByRole('button', { name: 'Copy user_123' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('user_123')
  })

  it('addresses another user: no guessed country, no browser autofill, no "you"', async () => {
    await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: { country: null } })
    await open('user_123', { locale: 'nl-NL' })
    expect(await country().inputValue()).toBe('')
    expect(await page.getByRole('button', { name: /^Use / }).count()).toBe(0)
    expect(await page.getByLabel('Year', { exact: true }).getAttribute('autocomplete')).toBe('off')
    expect(await page.locator('main').innerText()).not.toMatch(/\b(you|your|my|me)\b/i)
  })

  it('lets the second of two admins detect the first and choose what to keep', async () => {
    await open()
    const other = await app.newPage({ storageState: state })
    await other.goto(page.url())
    await settle(other)
    await bio(other).fill('From the other admin')
    await save(other)
    await saved(other)
    await other.context().close()
    await country().fill('Japan')
    await save()
    await page.getByRole('heading', { name: 'This profile was changed elsewhere' }).waitFor()
    expect(await violations(page)).toEqual([])
    // The log shows the other admin's edit, and nothing of the rejected one.
    expect(await log()).toHaveLength(1)
    await section('Changes by admins')
      .getByText(/changed bio/)
      .waitFor()
    await page.getByRole('button', { name: 'Save these choices' }).click()
    await saved()
    expect(await row()).toMatchObject({ country: 'JP', bio: 'From the other admin' })
    await section('Changes by admins')
      .getByText(/changed country/)
      .waitFor()
  })

  it('keeps drafts apart for each user, and apart from the admin\'s own', async () => {
    await open()
    page.on('dialog', dialog => void dialog.accept())
    await bio().fill('Only of Ada')
    await page.goto(`${app.server.url}/admin/users/user_456`)
    await settle(page)
    expect(await bio().inputValue()).toBe('Loves to read.')
    await page.goto(`${app.server.url}/profile`)
    await settle(page)
    expect(await bio().inputValue()).toBe('')
    await page.goto(`${app.server.url}/admin/users/user_123`)
    await page.getByText('Your unsaved changes were restored').waitFor()
    expect(await bio().inputValue()).toBe('Only of Ada')
  })

  it('asks before leaving with unsaved changes, and returns to the list', async () => {
    await open()
    await bio().fill('Not saved')
    const back = page.getByRole('main').getByRole('link', { name: 'Users' })
    expect(await back.getAttribute('href')).toBe('/admin/users')
    await page.getByRole('link', { name: 'Sync' }).click()
    await page.getByRole('dialog').getByText('Leave without saving?').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await bio().inputValue()).toBe('Not saved')
    await page.getByRole('link', { name: 'Sync' }).click()
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'Sync', level: 1 }).waitFor()
    // Each delivery opens, and links to its user.
    await page.locator('summary').filter({ hasText: 'user_123' }).first().click()
    await page.getByRole('link', { name: 'user_123' }).first().click()
    await page.getByRole('heading', { name: 'Ada Baker' }).waitFor()
    expect(await bio().inputValue()).toBe('Coffee enthusiast.')
  })

  it('shows no form for a deleted user', async () => {
    // Within the 120 days of a tombstone's life.
    const deleted_at = new Date(Date.now() - 30 * 86_400_000)
    deleted_at.setUTCHours(12, 0, 0, 0)
    await app.stored.profiles.updateOne({ clerk_id: 'user_123' }, { $set: { deleted_at } })
    await open()
    await page.getByText('The account was deleted').waitFor()
    await section('Identity')
      .getByText(deleted_at.toLocaleDateString('en-US', { dateStyle: 'medium', timeZone: 'UTC' }))
      .waitFor()
    expect(await page.getByRole('button', { name: 'Save', exact: true }).count()).toBe(0)
    expect(await page.getByText('Coffee enthusiast.').count()).toBe(0)
    expect(await violations(page)).toEqual([])
  })

  it('creates the profile of a user without one', async () => {
    await app.stored.profiles.deleteOne({ clerk_id: 'user_789' })
    await open('user_789')
    await page.getByText('Nothing is stored yet').waitFor()
    await page.getByRole('heading', { name: 'Mia Schmidt' }).waitFor()
    expect(await violations(page)).toEqual([])
    await bio().fill('Made by an admin')
    await save()
    await saved()
    await section('Identity').getByText('Stored').waitFor()
    expect(await row('user_789')).toMatchObject({ bio: 'Made by an admin' })
  })

  it('says that Clerk is not responding, and still saves edits', async () => {
    await silenceClerk('user_123')
    await open()
    await page.getByText('Clerk is not responding').waitFor()
    await page.getByText('No name').waitFor()
    expect(await violations(page)).toEqual([])
    await bio().fill('While Clerk is away')
    await save()
    await saved()
    await section('Changes by admins')
      .getByText(/changed bio/)
      .waitFor()
    expect(await row()).toMatchObject({ bio: 'While Clerk is away' })
  })

  it('is 404 for an unknown user, and offers a retry while the database is unavailable', async () => {
    expect((await open('user_nobody')).status()).toBe(404)
    await page.getByRole('heading', { name: 'Page not found' }).waitFor()
    await app.mongod.kill()
    try {
      await page.goto(`${app.server.url}/admin/users/user_123`, { waitUntil: 'commit' })
      await page.getByText('Could not load this user').waitFor()
    }
    finally {
      await app.mongod.restart()
    }
    await expect.poll(async () => (await fetch(`${app.server.url}/api/ready`)).status, { timeout: 20_000 }).toBe(200)
    await page.getByRole('button', { name: 'Try again' }).click()
    await bio().waitFor()
    expect(await bio().inputValue()).toBe('Coffee enthusiast.')
  })
})

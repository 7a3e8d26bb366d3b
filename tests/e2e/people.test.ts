import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiUser } from '../support/api.ts'
import { fillSignIn, signIn, useApp, userButton } from '../support/people.ts'

const app = useApp()
let ada: Awaited<ReturnType<typeof apiUser>>
const open = { visibility: 'public', birthday_visibility: 'private' } as const
const people = async (query = '') => (await ada.get(`/api/profiles${query}`)).body

beforeAll(async () => {
  await app.server.control('/seed', { count: 60 })
  await vi.waitUntil(async () => (await app.server.control()).idle, { timeout: 30_000 })
  ada = await apiUser(app.server, 'ada')
})
beforeEach(async () => {
  await app.stored.profiles.updateMany({}, { $set: { visibility: 'private', birthday_visibility: 'private' } })
  await app.server.control('/rate-limit', { per_second: 0 })
})

describe('the directory', () => {
  it('lists members who opted in, with the fields they show and nothing else', async () => {
    await app.stored.profiles.updateOne(
      { clerk_id: 'user_456' },
      { $set: { visibility: 'public', birthday_visibility: 'public' } },
    )
    await app.stored.profiles.updateOne({ clerk_id: 'user_789' }, { $set: open })
    const picture = (id: string) => expect.stringContaining(`/__clerk/images/${id}`)
    const liam = {
      clerk_id: 'user_456',
      name: 'Liam Tremblay',
      picture: picture('user_456'),
      country: 'CA',
      bio: 'Loves to read.',
      birth_month_day: '11-23',
    }
    expect(
      (await people()).people.toSorted((a: { clerk_id: string }, b: { clerk_id: string }) =>
        a.clerk_id.localeCompare(b.clerk_id),
      ),
    ).toEqual([
      liam,
      {
        clerk_id: 'user_789',
        name: 'Mia Schmidt',
        picture: picture('user_789'),
        country: 'DE',
        bio: 'Student and coder.',
        birth_month_day: null,
      },
    ])
    expect((await ada.get('/api/profiles/user_456')).body).toEqual(liam)
  })

  it('answers the same 404 for a private, a deleted and an unknown user', async () => {
    await app.stored.profiles.updateOne({ clerk_id: 'user_seed000001' }, { $set: { ...open, deleted_at: new Date() } })
    const answers = await Promise.all(
      ['user_123', 'user_seed000001', 'user_nobody', '%00', '__proto__'].map(id => ada.get(`/api/profiles/${id}`)),
    )
    const texts = answers.map(({ status, body }) => JSON.stringify({ status, ...body, url: undefined }))
    expect(new Set(texts).size).toBe(1)
    expect(answers[0]!.status).toBe(404)
    expect((await people()).people).toEqual([])
    await app.stored.profiles.updateOne({ clerk_id: 'user_seed000001' }, { $unset: { deleted_at: '' } })
  })

  it('leaves out users that Clerk no longer has, even before the webhook arrives', async () => {
    await app.stored.profiles.insertOne({ clerk_id: 'user_gone_from_clerk', visibility: 'public' })
    expect((await people()).people).toEqual([])
    expect((await ada.get('/api/profiles/user_gone_from_clerk')).status).toBe(404)
    await app.stored.profiles.deleteOne({ clerk_id: 'user_gone_from_clerk' })
  })

  it('pages by cursor, each member once, and rejects a made-up cursor', async () => {
    await app.stored.profiles.updateMany({ clerk_id: /^user_seed/ }, { $set: open })
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await people(`?limit=25${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.people.map(({ clerk_id }: { clerk_id: string }) => clerk_id))
      cursor = page.next_cursor
    } while (cursor)
    expect(seen).toHaveLength(60)
    expect(new Set(seen).size).toBe(60)
    for (const bad of ['cursor=5', 'cursor[$gt]=', 'limit=0', 'limit=101', 'limit=x'])
      expect((await ada.get(`/api/profiles?${bad}`)).status).toBe(400)
  })

  it('asks Clerk once for a page of members, and again only after a change', async () => {
    await app.stored.profiles.updateMany({ clerk_id: /^user_seed/ }, { $set: open })
    await people('?limit=100')
    // No call is let through, and all names are there.
    await app.server.control('/rate-limit', { per_second: 0.5 })
    const page = await people('?limit=100')
    expect([page.people.length, page.identities_complete]).toEqual([60, true])
    expect(page.people.every(({ name }: { name: string | null }) => name)).toBe(true)
  })

  it('shows a new name as soon as Clerk\'s webhook has arrived', async () => {
    await app.stored.profiles.updateOne({ clerk_id: 'user_456' }, { $set: open })
    expect((await people()).people[0].name).toBe('Liam Tremblay')
    const page = await app.newPage()
    await signIn(page, app.server.url, 'liam')
    await page.goto(app.server.url)
    await userButton(page).waitFor()
    await page.evaluate(() =>
      (window as unknown as { Clerk: { user: { update: (params: object) => Promise<void> } } }).Clerk.user.update({
        firstName: 'William',
      }),
    )
    await expect.poll(async () => (await people()).people[0].name).toBe('William Tremblay')
    await page.context().close()
  })

  it('shows members without names while Clerk is not responding, and says so', async () => {
    await app.stored.profiles.updateMany({ clerk_id: { $in: ['user_456', 'user_789'] } }, { $set: open })
    await app.server.control('/rate-limit', { per_second: 0.5 })
    // Each event drops the cached name.
    for (const id of ['user_456', 'user_789']) await app.server.control('/send', { type: 'user.updated', id })
    await expect.poll(async () => (await people()).identities_complete).toBe(false)
    const page = await app.newPage()
    await signIn(page, app.server.url, 'ada')
    await page.goto(`${app.server.url}/people`)
    await page.getByText('Clerk is not responding').waitFor()
    expect(await page.getByText('No name yet').count()).toBe(2)
    await page.context().close()
  })
})

describe('/people', () => {
  it('links cards and pages, with and without JavaScript', async () => {
    await app.stored.profiles.updateMany({ clerk_id: /^user_seed/ }, { $set: { ...open, bio: '<b>Hi</b>' } })
    const first = await app.newPage({ viewport: { width: 390, height: 844 } })
    await signIn(first, app.server.url, 'mia')
    const storageState = await first.context().storageState()
    for (const javaScriptEnabled of [true, false]) {
      const page = await app.newPage({
        storageState,
        javaScriptEnabled,
        locale: 'nl-NL',
        viewport: { width: 390, height: 844 },
      })
      await page.goto(`${app.server.url}/people`)
      expect(await page.getByRole('article').count()).toBe(24)
      await page.getByText('<b>Hi</b>').first().waitFor()
      await page.getByRole('link', { name: 'Earlier' }).click()
      await page.waitForURL(/cursor=/)
      // The URL changes first: until then, this page still has the pressed link.
      await page.getByRole('link', { name: 'Newest' }).waitFor()
      await page.getByRole('link', { name: 'Earlier' }).click()
      await expect.poll(() => page.getByRole('article').count()).toBe(12)
      await page.goBack()
      await expect.poll(() => page.getByRole('article').count()).toBe(24)
      const card = page.getByRole('article').first()
      const name = await card.getByRole('heading').innerText()
      await card.getByRole('link').click()
      await page.waitForURL(/people\/user_/)
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await page.context().close()
    }
    await first.context().close()
  })

  it('invites the first member, and sends a signed-out visitor to sign in and back', async () => {
    const page = await app.newPage()
    await page.goto(`${app.server.url}/people`)
    await page.waitForURL(`${app.server.url}/sign-in?redirect_url=/people`)
    await fillSignIn(page, 'mia')
    await page.waitForURL(`${app.server.url}/people`)
    await page.goto(`${app.server.url}/people?cursor=nonsense`)
    await page.waitForURL(`${app.server.url}/people`)
    await page.getByRole('link', { name: 'Be the first' }).click()
    await page.getByRole('heading', { name: 'Your profile' }).waitFor()
    await page.context().close()
  })
})

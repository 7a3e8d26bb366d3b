import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useApp } from '../support/people.ts'
import { colorViolations, violations, watch } from '../support/visit.ts'
import type { Complaints } from '../support/visit.ts'

const app = useApp()
let page: Page
let complaints: Complaints

beforeEach(async () => {
  await app.server.control('/settings', { organizations: true, sign_up_mode: 'public' })
  await app.server.control('/faults', { duplicate: 0, drop: 0, delay: 0 })
  page = await app.newPage()
  complaints = await watch(page, app.server.url)
})
afterEach(async () => {
  expect(complaints).toEqual({ foreign: [], errors: [] })
  await page.context().close()
})

/** Opens a section of the page, such as `users` or `users/user_123`. */
async function open(section = '') {
  await page.goto(`${app.server.url}/__clerk/${section && `#${section}`}`)
  await page.getByText(/users, queue empty/).waitFor()
}

const button = (name: string) => page.getByRole('button', { name, exact: true })
type Role = 'textbox' | 'searchbox' | 'combobox' | 'spinbutton' | 'checkbox'
const field = (name: string, role: Role = 'textbox') => page.getByRole(role, { name, exact: true })
const heading = (name: string) => page.getByRole('heading', { name, exact: true })
const said = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()
const count = (items: Locator) => expect.poll(() => items.count())
const message = (type: string) => page.locator('#message-list > li').filter({ hasText: type })
/** Waits until the page has refreshed itself. */
const refreshed = () => page.waitForResponse(response => response.url().includes('/__clerk/control?query='))

describe.each([390, 1280])('at %i pixels', (width) => {
  it.each([
    ['messages', 'Messages'],
    ['users', 'Users'],
    ['users/user_123', 'Ada Baker'],
    ['organizations', 'Organizations'],
    ['organizations/acme', 'Acme'],
    ['settings', 'Settings'],
    ['testing', 'Testing'],
  ])('%s is accessible in both color schemes, and never scrolls sideways', async (section, title) => {
    await page.setViewportSize({ width, height: 900 })
    await app.server.control('/faults', { duplicate: 0.25 })
    const { id } = await app.server.control('/organizations', { name: title, created_by: 'user_123' })
    await open(section.replace('acme', id))
    await heading(title).waitFor()
    await page.getByText('Webhook faults are on: 25% of messages are delivered twice.').waitFor()
    if (section === 'messages') await message('user.created').locator('summary').first().click()
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colorViolations(page)).toEqual([])
    await app.server.control(`/organizations/${id}/delete`, {})
  })
})

describe('the sections', () => {
  it('are chosen by links and by the keyboard, and stay in the address', async () => {
    await open()
    await heading('Messages').waitFor()
    const link = (name: string) => page.getByRole('navigation').getByRole('link', { name })
    await link('Messages').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading('Users').waitFor()
    expect(await heading('Messages').isVisible()).toBe(false)
    expect(await link('Users').getAttribute('aria-current')).toBe('page')
    expect(await link('Messages').getAttribute('aria-current')).toBeNull()
    expect(await page.title()).toBe('Users · Local Clerk')
    await page.getByRole('link', { name: 'Ada Baker' }).first().click()
    await heading('Ada Baker').waitFor()
    await page.reload()
    await heading('Ada Baker').waitFor()
    await page.goBack()
    await heading('Users').waitFor()
  })
})

describe('users', () => {
  it('are found, edited, and changed in the app by the webhook', async () => {
    await open('users')
    await field('Search by name, username, email address or user ID', 'searchbox').fill('liam')
    await count(page.locator('#user-list > li')).toBe(1)
    await page.getByRole('link', { name: 'Liam Tremblay' }).click()
    await field('First name').fill('William')
    await field('Public metadata').fill('{ "plan": "gold" }')
    await button('Save').click()
    await said('William Tremblay was saved')
    await heading('William Tremblay').waitFor()
    const { user } = await app.server.control('/users/user_456')
    expect(user).toMatchObject({ first_name: 'William', last_name: 'Tremblay', public_metadata: { plan: 'gold' } })
    const version = async () => (await app.stored.profiles.findOne({ clerk_id: 'user_456' }))?.clerk_updated_at
    await expect.poll(version).toEqual(new Date(user.updated_at))
  })

  it('keep what is typed while the page refreshes, and say what is wrong with metadata', async () => {
    await open('users/user_789')
    await field('Last name').fill('Schmidt-Meyer')
    await field('Private metadata').fill('{ plan: gold }')
    await button('Save').click()
    await page.getByText('This is not valid JSON').waitFor()
    expect(await field('Private metadata').getAttribute('aria-invalid')).toBe('true')
    expect(await field('Private metadata').evaluate(input => input === document.activeElement)).toBe(true)
    await refreshed()
    await refreshed()
    expect(await field('Private metadata').inputValue()).toBe('{ plan: gold }')
    expect(await field('Last name').inputValue()).toBe('Schmidt-Meyer')
    await field('Private metadata').fill('[]')
    await button('Save').click()
    await page.getByText('Metadata must be a JSON object, such as').waitFor()
    expect((await app.server.control('/users/user_789')).user).toMatchObject({ last_name: 'Schmidt' })
  })

  it('are signed in as by one click, one beside the other', async () => {
    await open('users')
    for (const [name, id] of [['Mia Schmidt', 'user_789'], ['Ada Baker', 'user_123'], ['Mia Schmidt', 'user_789']]) {
      const opened = page.waitForEvent('popup')
      await button(`Sign in as ${name}`).click()
      const tab = await opened
      await tab.waitForURL(`${app.server.url}/`)
      await tab.goto(`${app.server.url}/profile`)
      await tab.getByRole('region', { name: 'Saved profile' }).getByText(name!).waitFor()
      const me = await (await page.request.get(`${app.server.url}/api/me`)).json()
      expect(me.identity.clerk_id).toBe(id)
      await tab.close()
    }
    const { response } = await (await page.request.get(`${app.server.url}/__clerk/v1/client`)).json()
    expect(response.sessions).toHaveLength(2)
  })

  it('are banned, unbanned and deleted', async () => {
    await open('users/user_admin')
    await button('Ban').click()
    await page.getByText('banned', { exact: true }).first().waitFor()
    await button('Sign in as Alex Admin').click()
    await said('This account is not allowed to sign in.')
    await button('Unban').click()
    await said('Alex Admin can sign in again')
    page.once('dialog', dialog => void dialog.dismiss())
    await button('Delete').click()
    await said('Nothing was deleted')
    page.once('dialog', dialog => void dialog.accept())
    await button('Delete').click()
    await said('Alex Admin was deleted')
    await heading('Users').waitFor()
    await count(page.getByRole('link', { name: 'Alex Admin' })).toBe(0)
    await expect.poll(async () => (await app.stored.profiles.findOne({ clerk_id: 'user_admin' }))?.deleted_at)
      .toBeInstanceOf(Date)
    // The refused request for a sign-in.
    complaints.errors = complaints.errors.filter(error => !error.includes('status of 403'))
  })
})

describe('organizations', () => {
  it('are turned on where they are off', async () => {
    await app.server.control('/settings', { organizations: false })
    await open('organizations')
    await page.getByText('Organizations are off in this instance.').waitFor()
    await button('Turn on organizations').click()
    await said('Organizations are on')
    await button('Create organization').waitFor()
  })

  it('are created, edited and deleted, with their members', async () => {
    await open('organizations')
    await field('Name').fill('Initech')
    await field('First member (optional): a user ID or email address').fill('ada@example.com')
    await button('Create organization').click()
    await page.getByRole('link', { name: 'Initech' }).click()
    await field('Slug').fill('initech-inc')
    await field('Public metadata').fill('{ "tier": ')
    await button('Save').click()
    await page.getByText('This is not valid JSON').waitFor()
    await field('Public metadata').fill('{ "tier": 2 }')
    await button('Save').click()
    await said('Initech was saved')
    await field('User ID or email address').fill('mia@example.com')
    await button('Add member').click()
    await said('Mia Schmidt is a member now')
    await field('Role of Mia Schmidt', 'combobox').selectOption('Admin')
    await said('Role saved')
    const [{ id }] = (await app.server.control('/organizations?query=initech')).organizations
    expect(await app.server.control(`/organizations/${id}`)).toMatchObject({
      organization: { slug: 'initech-inc', public_metadata: { tier: 2 } },
      members: [{ user_id: 'user_789', role: 'org:admin' }, { user_id: 'user_123', role: 'org:admin' }],
    })
    await button('Remove Ada Baker').click()
    await said('Ada Baker was removed')
    await button('Remove Mia Schmidt').click()
    await said('There has to be at least one organization member with the minimum required permissions')
    complaints.errors = complaints.errors.filter(error => !error.includes('status of 400'))
    page.once('dialog', dialog => void dialog.accept())
    await button('Delete').click()
    await said('Initech was deleted')
    await page.getByText('No organizations found').waitFor()
  })
})

describe('messages', () => {
  it('are searched, and the search stays while the list refreshes and one is open', async () => {
    await open()
    const search = page.getByRole('searchbox')
    await search.fill('session.created')
    const before = await app.server.control('?query=session.created')
    await count(message('session.created')).toBe(before.messages.length)
    expect(await message('user.created').count()).toBe(0)
    await app.server.control('/send', { type: 'session.created', id: 'user_123' })
    await app.server.control('/send', { type: 'user.created', id: 'user_123' })
    await count(message('session.created')).toBe(before.messages.length + 1)
    await message('session.created').first().locator('summary').click()
    await app.server.control('/send', { type: 'session.created', id: 'user_456' })
    await count(message('session.created')).toBe(before.messages.length + 2)
    expect(await page.locator('details[open]').count()).toBe(1)
    expect(await message('user.created').count()).toBe(0)
    await search.fill('nothing like it')
    await page.getByText('No messages found').waitFor()
  })
})

describe('the settings', () => {
  it('are chosen in a form, which says what the server refuses', async () => {
    await open('settings')
    await field('Sign-up mode', 'combobox').selectOption('Waitlist')
    await field('Google', 'checkbox').check()
    await field('Support email address').fill('help@example.com')
    await refreshed()
    await button('Save settings').click()
    await said('Settings saved')
    const saved = { sign_up_mode: 'waitlist', social: ['google'], support_email: 'help@example.com' }
    expect(await app.server.control('/settings')).toMatchObject(saved)
    await field('Failed attempts before an account is locked', 'spinbutton').fill('0')
    await button('Save settings').click()
    await said('lockout_max_attempts')
    complaints.errors = complaints.errors.filter(error => !error.includes('status of 422'))
    expect((await app.server.control('/settings')).lockout_max_attempts).toBe(100)
    await button('Discard changes').click()
    await expect.poll(() => field('Failed attempts before an account is locked', 'spinbutton').inputValue()).toBe('100')
    await app.server.control('/settings', { social: [], support_email: '' })
  })
})

describe('webhook faults', () => {
  it('are percentages in words, and every section says when one is on', async () => {
    await open('testing')
    await field('Never deliver this share of messages (%)', 'spinbutton').fill('7')
    await field('Delay every message by this time (ms)', 'spinbutton').fill('1500')
    await button('Save faults').click()
    await said('Faults saved')
    expect((await app.server.control()).faults).toMatchObject({ drop: 0.07, delay: 1500 })
    await page.getByRole('link', { name: 'Messages' }).click()
    const notice = page.getByText(
      'Webhook faults are on: 7% of messages are never delivered and every message is delayed by 1,500 ms.',
    )
    await notice.waitFor()
    await page.getByRole('link', { name: 'Change the faults' }).click()
    await button('Turn all off').click()
    await notice.waitFor({ state: 'hidden' })
  })
})

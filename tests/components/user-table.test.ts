import { mountSuspended } from '@nuxt/test-utils/runtime'
import { describe, expect, it } from 'vitest'
import UserTable from '../../components/admin/users/UserTable.vue'
import { emptyProfile } from '../../shared/profile'
import type { AdminProfile, UserIdentity } from '../../shared/answers'

const profile = (clerk_id: string, fields: Partial<AdminProfile> = {}): AdminProfile => ({
  ...emptyProfile(),
  clerk_id,
  created_at: '2026-01-02T03:04:05.000Z',
  updated_at: null,
  ...fields,
})
const identity = (clerk_id: string, more: Partial<UserIdentity> = {}): UserIdentity => ({
  clerk_id,
  name: 'Ada Baker',
  email: 'ada@example.com',
  picture: 'https://img.example/ada.png',
  banned: false,
  ...more,
})

async function rowsOf(
  profiles: AdminProfile[],
  options: { identities?: Record<string, UserIdentity | null>, route?: string } = {},
) {
  const { identities = {}, route = '/admin/users' } = options
  const table = await mountSuspended(UserTable, { props: { profiles, identities }, route })
  const texts = table.findAll('tbody tr').map(row => row.findAll('th, td').map(cell => cell.text()))
  return { table, texts }
}

describe('the table of users', () => {
  it('shows fields in the visitor\'s locale, with an age and a flag', async () => {
    const { texts } = await rowsOf([profile('user_1', { birthday: '1990-05-12', country: 'CA', bio: 'Hi' })])
    expect(texts[0]).toEqual([
      'user_1',
      expect.stringMatching(/^May 12, 1990\d+ years$/),
      '🇨🇦 Canada',
      'Hi',
      'private',
      'Jan 2, 2026',
      '',
    ])
  })

  it('shows names from Clerk, and which users are banned or unknown to Clerk', async () => {
    const identities = {
      user_1: identity('user_1'),
      user_2: identity('user_2', { name: null, banned: true }),
      user_3: null,
    }
    const { texts } = await rowsOf(Object.keys(identities).map(id => profile(id)), { identities })
    expect(texts.map(([user]) => user)).toEqual([
      'Ada Bakerada@example.com',
      'ada@example.comBanned',
      'user_3Not in Clerk',
    ])
  })

  it('shows a placeholder for a picture that does not load', async () => {
    const { table } = await rowsOf([profile('user_1')], { identities: { user_1: identity('user_1') } })
    const picture = table.get('img').element
    picture.dispatchEvent(new Event('error'))
    expect(picture.hidden).toBe(true)
  })

  it('links each user, and sorts by each sortable column in either direction', async () => {
    const { table } = await rowsOf([profile('user_1')], { route: '/admin/users?country=CA&sort=birthday' })
    expect(table.get('tbody th a').attributes('href')).toBe('/admin/users/user_1')
    const heads = table.findAll('thead th').map(head => [head.attributes('aria-sort'), head.find('a').exists()])
    expect(heads).toEqual([
      [undefined, false],
      ['ascending', true],
      ['none', true],
      [undefined, false],
      [undefined, false],
      ['none', true],
      ['none', true],
    ])
    const [birthday, country] = table.findAll('thead a').map(link => link.attributes('href'))
    expect([birthday, country]).toEqual([
      '/admin/users?country=CA&sort=-birthday',
      '/admin/users?country=CA&sort=country',
    ])
  })
})

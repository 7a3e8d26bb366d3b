import { describe, expect, it } from 'vitest'
import { seededProfiles } from '../../fixtures/profiles.ts'
import { choosePath } from '../../server/admin/search/access-path.ts'
import { conditionsOf } from '../../server/admin/search/criteria.ts'
import { orderOf } from '../../server/admin/search/order.ts'
import type { ProfileFilter, Sort } from '../../shared/search.ts'

const today = '2026-11-24'
/** A sample of a million profiles. */
const sample = {
  rows: [...seededProfiles(3_000)].map(profile =>
    Object.fromEntries(
      Object.entries(profile).map(([name, value]) => [name, value instanceof Date ? value.getTime() : value]),
    ),
  ),
  weight: 333,
}
const pathOf = (filter: ProfileFilter, sort: Sort = '-created_at', wanted = 51) =>
  choosePath(sample, conditionsOf({ filter }, today), orderOf(sort, today)[0]!.keys, wanted)
const countPathOf = (filter: ProfileFilter) => choosePath(sample, conditionsOf({ filter }, today), [], 10_001)

describe('the index that a search takes', () => {
  it('is that of the order where many rows fit', () => {
    expect(pathOf({}).hint).toBe('created')
    expect(pathOf({}, 'updated_at').hint).toBe('updated')
    expect(pathOf({}, 'birthday').hint).toMatch(/^birthday/)
    expect(pathOf({}, '-next_birthday').hint).toMatch(/^birth_month_day/)
    expect(pathOf({}, '-country').hint).toBe('country_created')
    expect(pathOf({ birth_month: 5 }).hint).toBe('created')
    expect(pathOf({ age_min: 18, age_max: 30 }, 'updated_at').hint).toBe('updated')
  })

  it('begins with the countries that are asked for', () => {
    expect(pathOf({ country: ['DE'] }).hint).toBe('country_created')
    expect(pathOf({ country: ['DE', 'NL'] }, '-updated_at').hint).toBe('country_updated')
    expect(pathOf({ country: ['DE'], birthday_from: '1990-01-01' }, 'birthday').hint).toMatch(/^country_.*birthday/)
    expect(pathOf({ country: ['DE'], upcoming: 30 }, 'next_birthday').hint).toBe('country_birth_month_day')
  })

  it('is that of a rare value, whatever the order', () => {
    for (const sort of ['-created_at', 'country', '-updated_at'] as const)
      expect(pathOf({ birthday: '1990-05-12' }, sort).hint).toMatch(/^birthday/)
    expect(pathOf({ clerk_id: ['user_1', 'user_2'] }, 'birthday').hint).toBe('clerk_id_1')
    expect(pathOf({ created_since: '2026-11-24' }, 'birthday').hint).toBe('created')
  })

  it('is the partial one of a field that is missing', () => {
    expect(pathOf({ missing: ['bio'] }).hint).toBe('missing_bio')
    expect(pathOf({ missing: ['birthday'] }).hint).toBe('missing_birthday')
  })

  it('leaves an order whose far end holds what is asked for', () => {
    // The directory is new: of the oldest first, the public ones come last.
    const rows = sample.rows
      .toSorted((a, b) => Number(a.created_at) - Number(b.created_at))
      .map((row, index) => ({ ...row, visibility: index < 2_900 ? 'private' : 'public' }))
    const path = (sort: Sort) =>
      choosePath(
        { ...sample, rows },
        conditionsOf({ filter: { visibility: 'public' } }, today),
        orderOf(sort, today)[0]!.keys,
        51,
      )
    expect(path('-created_at').hint).toBe('created')
    expect(path('created_at').hint).toBe('visibility_1__id_1')
  })

  it('counts without reading a document, where keys tell', () => {
    expect(countPathOf({ country: ['DE'], visibility: 'public' }).hint).toMatch(
      /^country_(created|updated|birthday|birth_month_day)$/,
    )
  })

  it('is some index for no profiles at all', () => {
    expect(
      choosePath(
        { rows: [], weight: 1 },
        conditionsOf({ filter: { country: ['DE'] } }, today),
        orderOf('birthday', today)[0]!.keys,
        51,
      ).hint,
    ).toBeTypeOf('string')
  })
})

import type { ProfileFacets } from '../../../shared/answers.ts'
import { todayInUTC } from '../../../shared/calendar.ts'
import { collection } from '../../database/connection.ts'
import { countCountries } from '../../database/profiles.ts'
import { rememberAnswers } from '../../remember.ts'
import { allOf, scanConditionsOf } from './criteria.ts'
import type { PreparedFilter } from './prepare-filter.ts'

/** All pages of a search share its counts. */
const countOnce = rememberAnswers<ProfileFacets>({ max: 200, ttl: 60_000 })

/**
 * Counts the matching profiles by country and by birth month. Each facet leaves out the filter on itself, so that it
 * shows the count for every other choice. The counts are exact; with a million profiles and no filter they take about
 * a second.
 * @throws MongoError when the database is unavailable
 */
export function countFacets(search: PreparedFilter, today = todayInUTC()): Promise<ProfileFacets> {
  return countOnce(JSON.stringify([search, today]), () => count(search, today))
}

async function count({ filter, found }: PreparedFilter, today: string): Promise<ProfileFacets> {
  const { country: _country, ...anyCountry } = filter
  const { birth_month: _month, ...anyMonth } = filter
  const [countries, days] = await Promise.all([
    countBy('country', { filter: anyCountry, found }, today),
    countBy('birth_month_day', { filter: anyMonth, found }, today),
  ])
  const months = new Map<number | null, number>()
  for (const { value, count } of days) {
    const month = typeof value === 'string' && /^(0[1-9]|1[0-2])-/.test(value) ? Number(value.slice(0, 2)) : null
    months.set(month, (months.get(month) ?? 0) + count)
  }
  return {
    countries: countCountries(countries.map(({ value, count }) => ({ _id: value, count }))),
    months: [...months]
      .map(([month, count]) => ({ month, count }))
      .toSorted((a, b) => (a.month ?? 13) - (b.month ?? 13)),
  }
}

async function countBy(field: string, search: PreparedFilter, today: string) {
  const profiles = await collection('profiles')
  const groups = await profiles.aggregate<{ _id: unknown, count: number }>([
    { $match: allOf(scanConditionsOf(search, today)) },
    { $group: { _id: `$${field}`, count: { $sum: 1 } } },
  ]).toArray()
  return groups.map(({ _id, count }) => ({ value: _id, count }))
}

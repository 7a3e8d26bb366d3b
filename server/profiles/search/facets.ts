import type { ProfileFacets, ProfileFilter } from '../../../shared/search.ts'
import { todayInUTC } from '../../../shared/calendar.ts'
import { database } from '../../database/connection.ts'
import { requestTimeoutMS } from '../../deadline.ts'
import { Profile } from '../../database/profiles.ts'
import { rememberAnswers } from '../../remember.ts'
import { choosePath } from './access-path.ts'
import { allOf, conditionsOf } from './criteria.ts'
import { profileSample } from './sample.ts'

/** Microseconds, as a path's cost: half a second, the time for a million profiles. */
const scanCost = 500_000

/** Counts of one filter, which many pages show. */
const countOnce = rememberAnswers<ProfileFacets>({ max: 200, ttl: 60_000 })

/**
 * Profiles that fit, by country and by birth month. Each facet leaves its own filter out, so that it tells what
 * choosing another value would give. Exact; over a million profiles it takes half a second where nothing narrows it.
 * @param found  for a search by name or e-mail: the ids of the users that Clerk found
 * @throws MongoError when the database does not answer
 */
export function countFacets(filter: ProfileFilter, found?: string[], today = todayInUTC()): Promise<ProfileFacets> {
  return countOnce(JSON.stringify([filter, found, today]), () => count(filter, found, today))
}

async function count(filter: ProfileFilter, found: string[] | undefined, today: string): Promise<ProfileFacets> {
  await database()
  const { country: _country, ...anyCountry } = filter
  const { birth_month: _month, ...anyMonth } = filter
  const [countries, days] = await Promise.all([
    countBy<string>('country', anyCountry, found, today),
    countBy<string>('birth_month_day', anyMonth, found, today),
  ])
  const months = new Map<number | null, number>()
  for (const { value, count } of days) {
    const month = value && Number(value.slice(0, 2))
    months.set(month || null, (months.get(month || null) ?? 0) + count)
  }
  return {
    countries: countries.map(({ value, count }) => ({ country: value, count })).toSorted((a, b) => b.count - a.count),
    months: [...months].map(([month, count]) => ({ month, count })).toSorted((a, b) => (a.month ?? 13) - (b.month ?? 13)),
  }
}

async function countBy<T>(field: string, filter: ProfileFilter, found: string[] | undefined, today: string) {
  const conditions = conditionsOf(filter, today, found)
  const path = choosePath(await profileSample(), conditions, [], Infinity)
  // Where no index leaves much less to read, the documents themselves are grouped quickest.
  const hint = path.cost < scanCost ? path.hint : { $natural: 1 }
  const groups = await Profile.collection.aggregate<{ _id: T | null, count: number }>(
    [{ $match: allOf(conditions) }, { $group: { _id: `$${field}`, count: { $sum: 1 } } }],
    { hint, timeoutMS: requestTimeoutMS },
  ).toArray()
  return groups.map(({ _id, count }) => ({ value: _id, count }))
}

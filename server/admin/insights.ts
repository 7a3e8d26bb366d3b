import { LRUCache } from 'lru-cache'
import { nextDays, todayInUTC, yearsBefore } from '../../shared/calendar.ts'
import { ageBands, growthMonths } from '../../shared/insights.ts'
import type { Insights } from '../../shared/insights.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { filterableFields } from '../../shared/search.ts'
import { database } from '../database/connection.ts'
import { countCountries, fieldOf, Profile } from '../database/profiles.ts'
import { countMisfits } from '../database/misfits.ts'
import { DeadlineExceeded, within } from '../deadline.ts'
import { StillCounting } from '../errors.ts'

/** A count reads every profile, and may take longer than a request waits. */
const countTimeoutMS = 60_000
const patienceMS = 6_000
const lifetimeMS = 5 * 60_000

interface Group<Id> {
  _id: Id
  count: number
}
interface Counted {
  countries: (Group<unknown> & Record<`has_${string}`, number>)[]
  /** By the whole date: there are fewer of them than days since 1900, and ages and months follow from them. */
  birthdays: Group<unknown>[]
  /** 'YYYY-MM'; null where it is not known when the profile was made. */
  created: Group<string | null>[]
}

const count = { $sum: 1 }
const filled = Object.fromEntries(filterableFields.map(field => [`has_${field}`, { $sum: { $cond: [{ $eq: [{ $type: `$${field}` }, 'string'] }, 1, 0] } }]))
const isDate = { $eq: [{ $type: '$created_at' }, 'date'] }
const pipeline = [
  { $match: { deleted_at: { $not: { $type: 'date' } } } },
  { $facet: {
    countries: [{ $group: { _id: '$country', count, ...filled } }],
    birthdays: [{ $group: { _id: '$birthday', count } }],
    created: [{ $group: { _id: { $cond: [isDate, { $dateToString: { date: '$created_at', format: '%Y-%m' } }, null] }, count } }],
  } },
]

/**
 * Counts all profiles in two passes over the collection, one of them for the values that do not fit.
 * @param today  'YYYY-MM-DD'
 * @throws MongoError when the database does not answer within a minute
 */
export async function countInsights(today = todayInUTC()): Promise<Insights> {
  await database()
  const [[counted], misfits] = await Promise.all([
    Profile.collection.aggregate<Counted>(pipeline, {
      // Nearly every profile is wanted: by an index, which the planner would take, it lasts twice as long.
      hint: { $natural: 1 },
      readPreference: 'secondaryPreferred',
      maxTimeMS: countTimeoutMS,
    }).toArray(),
    countMisfits(),
  ])
  const { countries, created } = counted!
  const birthdays = counted!.birthdays.map(({ _id, count }) => ({ birthday: fieldOf({ birthday: _id }, 'birthday'), count }))
  const total = sum(countries)
  const missing = sum(birthdays.filter(({ birthday }) => birthday === null))
  const bornWhere = (test: (birthday: string) => boolean) => sum(birthdays.filter(({ birthday }) => birthday !== null && test(birthday)))
  const byCountry = countCountries(countries)

  /** A value that does not fit is not set, as far as counting tells: of a text it is only known that it is one. */
  function completeness(field: ProfileField): number {
    if (field === 'birthday') return total - missing
    if (field === 'country') return sum(byCountry.filter(({ country }) => country !== null))
    return sum(countries.map(group => ({ count: group[`has_${field}`]! })))
  }

  return {
    total,
    counted_at: new Date().toISOString(),
    countries: byCountry,
    months: [
      ...twelve.map(month => ({ month, count: bornWhere(birthday => Number(birthday.slice(5, 7)) === month) })),
      { month: null, count: missing },
    ],
    ages: [
      ...ageBands.map((band) => {
        const last = band.age_min === null ? '9999' : yearsBefore(today, band.age_min)
        const before = band.age_max === null ? '' : yearsBefore(today, band.age_max + 1)
        return { ...band, count: bornWhere(birthday => birthday > before && birthday <= last) }
      }),
      { age_min: null, age_max: null, count: missing },
    ],
    birthdays: Array.from({ length: 7 }, (_, days) => dayAfter(today, days)).flatMap(date => nextDays(date, 1).map(birth_month_day => ({
      date, birth_month_day, count: bornWhere(birthday => birthday.endsWith(`-${birth_month_day}`)),
    }))),
    completeness: filterableFields.map(field => ({ field, count: completeness(field) })),
    growth: growthOf(created, today),
    misfits,
  }
}

const twelve = Array.from({ length: 12 }, (_, index) => index + 1)
const sum = (groups: { count: number }[]) => groups.reduce((total, { count }) => total + count, 0)
const dayAfter = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)

function growthOf(created: Counted['created'], today: string): Insights['growth'] {
  const counts = new Map(created.map(({ _id, count }) => [_id, count]))
  const [year, month] = today.split('-').map(Number)
  const months = Array.from({ length: growthMonths }, (_, index) =>
    new Date(Date.UTC(year!, month! - growthMonths + index)).toISOString().slice(0, 7))
  return months
    .filter(month => created.some(({ _id }) => _id !== null && _id <= month))
    .map(month => ({ month, count: counts.get(month) ?? 0 }))
}

/**
 * One result for all who ask, kept for five minutes. Then the next who asks gets it once more, while a new one is
 * counted; where that fails, the old one stays.
 * @param options.onError  told of each count that failed
 * @param options.clock  in milliseconds, above 0
 */
export function createInsights({ onError, count = countInsights, clock = performance }: {
  onError: (error: Error) => void
  count?: () => Promise<Insights>
  clock?: { now: () => number }
}) {
  const cache = new LRUCache<'insights', Insights>({
    max: 1, ttl: lifetimeMS, ttlResolution: 0, perf: clock,
    allowStale: true, noDeleteOnFetchRejection: true,
    fetchMethod: () => count().catch((error) => {
      onError(error)
      throw error
    }),
  })
  return {
    /**
     * @throws StillCounting when the first count takes long
     * @throws MongoError when it failed
     */
    async read(): Promise<Insights> {
      const insights = await within(patienceMS, cache.fetch('insights')).catch((error) => {
        throw error instanceof DeadlineExceeded ? new StillCounting('The profiles are still being counted. Try again in a moment') : error
      })
      return insights!
    },
  }
}

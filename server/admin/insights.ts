import { LRUCache } from 'lru-cache'
import { nextDays, todayInUTC, yearsBefore } from '../../shared/calendar.ts'
import { ageBands, growthMonths } from '../../shared/insights.ts'
import type { Insights } from '../../shared/answers.ts'
import type { ProfileField } from '../../shared/profile.ts'
import { filterableFields } from '../../shared/search.ts'
import { collection } from '../database/connection.ts'
import { notDeleted } from '../database/profile-filters.ts'
import { countCountries, fieldOf } from '../database/profiles.ts'
import { countMisfits } from '../database/misfits.ts'
import { DeadlineExceeded, within } from '../deadline.ts'
import { StillCounting } from '../errors.ts'

/** A count reads every profile, and may take longer than a request waits (`patienceMS`). */
const countTimeoutMS = 60_000
const patienceMS = 6_000
const lifetimeMS = 5 * 60_000

interface Group<Id> {
  _id: Id
  count: number
}
interface Counted {
  countries: (Group<unknown> & Record<`has_${string}`, number>)[]
  /** Grouped by the whole date, which gives at most one group per day since 1900. Ages and months follow from it. */
  birthdays: Group<unknown>[]
  /** 'YYYY-MM'; null if the profile has no creation date. */
  created: Group<string | null>[]
}

const count = { $sum: 1 }
const countTexts = (field: ProfileField) => ({ $sum: { $cond: [{ $eq: [{ $type: `$${field}` }, 'string'] }, 1, 0] } })
const filled = Object.fromEntries(filterableFields.map(field => [`has_${field}`, countTexts(field)]))
const isDate = { $eq: [{ $type: '$created_at' }, 'date'] }
const createdMonth = { $cond: [isDate, { $dateToString: { date: '$created_at', format: '%Y-%m' } }, null] }
const pipeline = [
  { $match: notDeleted },
  {
    $facet: {
      countries: [{ $group: { _id: '$country', count, ...filled } }],
      birthdays: [{ $group: { _id: '$birthday', count } }],
      created: [{ $group: { _id: createdMonth, count } }],
    },
  },
]

/**
 * Counts all profiles in two passes over the collection, one of them for invalid values.
 * @param today  'YYYY-MM-DD'
 * @throws MongoError when the database does not respond within a minute
 */
export async function countInsights(today = todayInUTC()): Promise<Insights> {
  const profiles = await collection('profiles')
  const [[counted], misfits] = await Promise.all([
    profiles.aggregate<Counted>(pipeline, {
      // The planner would choose an index, which takes twice as long to read nearly every profile.
      hint: { $natural: 1 },
      readPreference: 'secondaryPreferred',
      maxTimeMS: countTimeoutMS,
    }).toArray(),
    countMisfits(),
  ])
  const { countries, created } = counted!
  const birthdays = counted!.birthdays.map(({ _id, count }) => {
    return { birthday: fieldOf({ birthday: _id }, 'birthday'), count }
  })
  const total = sum(countries)
  const missing = sum(birthdays.filter(({ birthday }) => birthday === null))
  const bornWhere = (test: (birthday: string) => boolean) =>
    sum(birthdays.filter(({ birthday }) => birthday !== null && test(birthday)))
  const byCountry = countCountries(countries)

  /** Invalid birthdays and countries count as not set. For other fields the query only checks that they are text. */
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
    birthdays: Array.from({ length: 7 }, (_, days) => dayAfter(today, days)).flatMap((date) => {
      return nextDays(date, 1).map(birth_month_day => ({
        date,
        birth_month_day,
        count: bornWhere(birthday => birthday.endsWith(`-${birth_month_day}`)),
      }))
    }),
    completeness: filterableFields.map(field => ({ field, count: completeness(field) })),
    growth: growthOf(created, today),
    misfits,
  }
}

const twelve = Array.from({ length: 12 }, (_, index) => index + 1)
const sum = (groups: { count: number }[]) => groups.reduce((total, { count }) => total + count, 0)
const dayAfter = (date: string, days: number) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)

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
 * Caches one result for all callers for five minutes. After that, callers get the old result while a new count runs; if
 * it fails, the old result stays.
 * @param options.onError  called with the error of each failed count
 * @param options.clock  returns milliseconds, greater than 0
 */
export function createInsights({ onError, count = countInsights, clock = performance }: {
  onError: (error: Error) => void
  count?: () => Promise<Insights>
  clock?: { now: () => number }
}) {
  const cache = new LRUCache<'insights', Insights>({
    max: 1,
    ttl: lifetimeMS,
    ttlResolution: 0,
    perf: clock,
    allowStale: true,
    noDeleteOnFetchRejection: true,
    fetchMethod: () => count().catch((error) => {
      onError(error)
      throw error
    }),
  })
  return {
    /**
     * @throws StillCounting when the first count takes longer than a request waits
     * @throws MongoError when the first count failed
     */
    async read(): Promise<Insights> {
      const insights = await within(patienceMS, cache.fetch('insights')).catch((error) => {
        if (!(error instanceof DeadlineExceeded)) throw error
        throw new StillCounting('The profiles are still being counted. Try again in a moment')
      })
      return insights!
    },
  }
}

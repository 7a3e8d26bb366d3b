import { nextDays, yearsBefore } from '../../../shared/calendar.ts'
import { choiceFields } from '../../../shared/search.ts'
import type { ProfileFilter } from '../../../shared/search.ts'
import type { PreparedFilter } from './prepare-filter.ts'

/** One condition on one stored field, in MongoDB's query language. All of a search's hold together. */
export interface Condition {
  field: string
  match: unknown
}

/** Not a tombstone. In the double negation a key of an index tells it; null it could not tell. */
export const alive: Condition = { field: 'deleted_at', match: { $not: { $gte: new Date(0) } } }

/**
 * Every profile: of an index whose first key has no condition, MongoDB reads every document, instead of telling the
 * other conditions by the rest of the key.
 */
export const ever = (field: 'created_at' | 'updated_at'): Condition => ({ field, match: { $gte: new Date(0) } })

const dayMs = 86_400_000
const twoDigits = (number: number) => String(number).padStart(2, '0')
const monthDaysOf = (month: number) => Array.from({ length: 31 }, (_, index) => `${twoDigits(month)}-${twoDigits(index + 1)}`)

/**
 * What a filter asks of the stored fields. Never a tombstone.
 * @param today  'YYYY-MM-DD', from which ages and upcoming birthdays are counted
 */
export function conditionsOf({ filter, found }: PreparedFilter, today: string): Condition[] {
  const conditions: Condition[] = [alive, ever('created_at')]
  const where = (field: string, match: unknown) => conditions.push({ field, match })
  const { clerk_id, country, visibility, missing = [], birthday, birth_year, birth_month, birth_month_day, upcoming } = filter

  if (clerk_id) where('clerk_id', { $in: clerk_id })
  if (found) where('clerk_id', { $in: found })
  if (country) where('country', { $in: country })
  if (visibility) where('visibility', visibility)
  // Null in a query is absent as well.
  for (const field of missing) where(field, null)
  // Derived from it, and an order of its own.
  if (missing.includes('birthday')) where('birth_month_day', null)
  for (const field of choiceFields) if (field in filter) where(field, { $in: filter[field as keyof ProfileFilter] })

  if (birthday) where('birthday', birthday)
  if (birth_year) where('birthday', { $gte: `${birth_year}-01-01`, $lte: `${birth_year}-12-31` })
  if (filter.birthday_from) where('birthday', { $gte: filter.birthday_from })
  if (filter.birthday_to) where('birthday', { $lte: filter.birthday_to })
  if (filter.age_min !== undefined) where('birthday', { $lte: yearsBefore(today, filter.age_min) })
  // At most so old: born after the last day on which one was born who is a year older.
  if (filter.age_max !== undefined) where('birthday', { $gt: yearsBefore(today, filter.age_max + 1) })

  // Days rather than ranges: they may go over New Year, and an index finds each at once.
  if (birth_month) where('birth_month_day', { $in: monthDaysOf(birth_month) })
  if (birth_month_day) where('birth_month_day', birth_month_day)
  if (upcoming) where('birth_month_day', { $in: nextDays(today, upcoming) })

  if (filter.created_since) {
    where('created_at', { $gte: new Date(filter.created_since) })
    // Nothing is edited before it is made, but for clocks that differ: an order by edit starts there.
    where('updated_at', { $gte: new Date(Date.parse(filter.created_since) - dayMs) })
  }
  if (filter.created_before) where('created_at', { $lt: new Date(filter.created_before) })
  if (filter.updated_since) where('updated_at', { $gte: new Date(filter.updated_since) })
  return conditions
}

/** As a filter for MongoDB. */
export function allOf(conditions: Condition[]): object {
  return { $and: conditions.map(({ field, match }) => ({ [field]: match })) }
}

import { nextDays, yearsBefore } from '../../../shared/calendar.ts'
import { fieldNames, metaOf } from '../../../shared/profile.ts'
import { choiceFields } from '../../../shared/search.ts'
import type { ProfileFilter, Sort } from '../../../shared/search.ts'
import { notDeleted } from '../../database/profile-filters.ts'
import type { PreparedFilter } from './prepare-filter.ts'

/** A condition on a stored field, in MongoDB's query language. A profile must meet all conditions of a search. */
export interface Condition {
  field: string
  match: unknown
}

/** Not a tombstone. An index can answer this double negation; for a comparison with null, MongoDB reads documents. */
const alive: Condition = { field: 'deleted_at', match: { $not: { $gte: new Date(0) } } }

/**
 * A condition that every profile meets. If the first key of an index has no condition, MongoDB reads every document
 * instead of checking the other conditions against the rest of the key.
 */
export const ever = (field: 'created_at' | 'updated_at'): Condition => ({ field, match: { $gte: new Date(0) } })

const dayMs = 86_400_000
const twoDigits = (number: number) => String(number).padStart(2, '0')
const monthDaysOf = (month: number) =>
  Array.from({ length: 31 }, (_, index) => `${twoDigits(month)}-${twoDigits(index + 1)}`)

/**
 * The conditions of a search on the stored fields. They exclude tombstones.
 * @param today  'YYYY-MM-DD', the day for ages and upcoming birthdays
 * @param sort  undefined when the order does not matter
 */
export function conditionsOf(search: PreparedFilter, today: string, sort?: Sort): Condition[] {
  const { created_since } = search.filter
  const conditions = [alive, ...filterConditions(search, today)]
  // A profile is not edited before it is created. This bounds the index of this order; the day allows for clock skew.
  if (sort?.endsWith('updated_at') && created_since)
    conditions.push({ field: 'updated_at', match: { $gte: new Date(Date.parse(created_since) - dayMs) } })
  return conditions
}

/**
 * The same for a count, which no order gives an index. Pages go without the condition that gives one: it would make
 * MongoDB try one more plan.
 */
export function countConditionsOf(search: PreparedFilter, today: string): Condition[] {
  return [ever('created_at'), ...conditionsOf(search, today)]
}

/**
 * The same for a query that reads all that match, in any order. Without a condition that an index answers, MongoDB
 * reads all documents, which is three times as fast as all keys of an index.
 */
export function scanConditionsOf(search: PreparedFilter, today: string): Condition[] {
  const conditions = filterConditions(search, today)
  if (conditions.some(({ field }) => !textFields.has(field))) return countConditionsOf(search, today)
  return [{ field: 'deleted_at', match: notDeleted.deleted_at }, ...conditions]
}

/** In no index. */
const textFields = new Set<string>(fieldNames.filter(field => metaOf(field).input === 'text'))

function filterConditions({ filter, found }: PreparedFilter, today: string): Condition[] {
  const conditions: Condition[] = []
  const where = (field: string, match: unknown) => conditions.push({ field, match })
  const { clerk_id, country, visibility, missing = [] } = filter
  const { birthday, birth_year, birth_month, birth_month_day, upcoming } = filter

  if (clerk_id) where('clerk_id', { $in: clerk_id })
  if (found) where('clerk_id', { $in: found })
  if (country) where('country', { $in: country })
  if (visibility) where('visibility', visibility)
  // In a query, null also matches absent fields.
  for (const field of missing) where(field, null)
  // The same condition on the derived field lets its index answer.
  if (missing.includes('birthday')) where('birth_month_day', null)
  for (const field of choiceFields) {
    if (field in filter) where(field, { $in: filter[field as keyof ProfileFilter] })
  }

  if (birthday) where('birthday', birthday)
  if (birth_year) where('birthday', { $gte: `${birth_year}-01-01`, $lte: `${birth_year}-12-31` })
  if (filter.birthday_from) where('birthday', { $gte: filter.birthday_from })
  if (filter.birthday_to) where('birthday', { $lte: filter.birthday_to })
  if (filter.age_min !== undefined) where('birthday', { $lte: yearsBefore(today, filter.age_min) })
  // Born after the latest date of birth of people who are one year older.
  if (filter.age_max !== undefined) where('birthday', { $gt: yearsBefore(today, filter.age_max + 1) })

  // Single days instead of ranges: the range may include New Year, and an index finds each day directly.
  if (birth_month) where('birth_month_day', { $in: monthDaysOf(birth_month) })
  if (birth_month_day) where('birth_month_day', birth_month_day)
  if (upcoming) where('birth_month_day', { $in: nextDays(today, upcoming) })

  if (filter.created_since) where('created_at', { $gte: new Date(filter.created_since) })
  if (filter.created_before) where('created_at', { $lt: new Date(filter.created_before) })
  if (filter.updated_since) where('updated_at', { $gte: new Date(filter.updated_since) })
  return conditions
}

/** The conditions as a MongoDB filter. */
export function allOf(conditions: Condition[]): object {
  return { $and: conditions.map(({ field, match }) => ({ [field]: match })) }
}

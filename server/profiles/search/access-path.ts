import type { SortField } from '../../../shared/search.ts'
import { Profile } from '../../database/profiles.ts'
import { requestTimeoutMS } from '../../database/connection.ts'
import { allOf } from './criteria.ts'
import type { Condition } from './criteria.ts'

/**
 * How a search reaches its rows: by the index of this name or these keys. MongoDB's own planner tries several plans and
 * keeps the best for all searches of the same shape, however many rows a country or a day has; here the numbers decide.
 */
export type Hint = string | Record<string, 1 | -1>

/**
 * Up to here, a search reads all that an index gives it, and sorts that. Past it the order's own index is quicker, which
 * passes over what does not fit; of a few countries that index is shorter.
 */
const few = (prefix: Condition[]) => prefix.length > 0 ? 150 : 3_000
/** For more countries at once, one index of all is quicker than to merge as many lists. */
const mostCountries = 50

const country = { country: 1, birthday: 1, _id: 1 } as const
const birthday = { birthday: 1, _id: 1 } as const
const birthMonthDay = { birth_month_day: 1, _id: 1 } as const
const visibility = { visibility: 1, _id: 1 } as const

/** Not a tombstone. In the double negation an index can tell it, of null it could not. */
export const alive: Condition = { field: 'deleted_at', match: { $not: { $gte: new Date(0) } } }

const isOn = (field: string) => (condition: Condition) => condition.field === field
const isNull = ({ match }: Condition) => match === null
const isOneOf = ({ match }: Condition) => typeof match === 'object' && match !== null && '$in' in match

/** The countries as an index's first key: a few of them, or none. */
function prefixOf(conditions: Condition[]): Condition[] {
  return conditions.filter(isOn('country')).filter(({ match }) => match === null || (match as { $in: string[] }).$in.length <= mostCountries).slice(0, 1)
}

/** The index that has the rows in order. */
export function orderedHint(conditions: Condition[], field: SortField): Hint {
  const byCountry = prefixOf(conditions).length > 0
  switch (field) {
    case 'birthday': return byCountry ? country : birthday
    case 'next_birthday': return byCountry ? 'country_birth_month_day' : birthMonthDay
    case 'country': return 'country_created'
    case 'updated_at': return byCountry ? 'country_updated' : 'updated'
    case 'created_at': {
      if (byCountry) return 'country_created'
      const missing = conditions.find(condition => isNull(condition))
      if (missing) return `missing_${missing.field}`
      const choice = conditions.find(condition => isOneOf(condition) && !['country', 'clerk_id', 'birth_month_day'].includes(condition.field))
      return choice ? `${choice.field}_created` : 'created'
    }
  }
}

/** Indexes that find, of all rows, those of one of the conditions, each with what it is asked for. */
function narrowHints(conditions: Condition[]): { hint: Hint, keys: Condition[] }[] {
  const prefix = prefixOf(conditions)
  const ranges: [field: string, hint: Hint, prefix: Condition[]][] = [
    ['birthday', prefix.length ? country : birthday, prefix],
    ['birth_month_day', prefix.length ? 'country_birth_month_day' : birthMonthDay, prefix],
    ['created_at', prefix.length ? 'country_created' : 'created', prefix],
    ['updated_at', prefix.length ? 'country_updated' : 'updated', prefix],
    ['visibility', visibility, []],
  ]
  return ranges.flatMap(([field, hint, before]) => {
    const keys = conditions.filter(condition => condition.field === field && condition.match !== 'private')
    return keys.length > 0 ? [{ hint, keys: [...before, ...keys] }] : []
  })
}

/**
 * The index by which few rows are read to answer a search, however they are then sorted.
 * @returns undefined where no condition alone leaves few: then the order's own index is the better one
 * @throws MongoError when the database does not answer
 */
export async function narrowHint(conditions: Condition[]): Promise<Hint | undefined> {
  if (conditions.some(isOn('clerk_id'))) return { clerk_id: 1 }
  const most = few(prefixOf(conditions))
  const counted = await Promise.all(narrowHints(conditions).map(async ({ hint, keys }) => ({ hint, count: await countUpTo(most, keys, hint) })))
  const [fewest] = counted.toSorted((a, b) => a.count - b.count)
  return fewest && fewest.count < most ? fewest.hint : undefined
}

/** Whether some index leaves less than all to read. */
export function narrows(conditions: Condition[]): boolean {
  return prefixOf(conditions).length > 0 || narrowHints(conditions).length > 0
}

/** The index by which rows are counted: that of a range where there is one. */
export function countHint(conditions: Condition[]): Hint {
  const [range] = narrowHints(conditions)
  return range?.hint ?? orderedHint(conditions, 'created_at')
}

/** The number of rows, at most `limit`. */
export async function countUpTo(limit: number, conditions: Condition[], hint: Hint): Promise<number> {
  // The command, since the driver's countDocuments is an aggregation, and half as quick.
  const { n } = await Profile.db.db!.command({ count: Profile.collection.collectionName, query: allOf(conditions), limit, hint }, { timeoutMS: requestTimeoutMS })
  return n
}

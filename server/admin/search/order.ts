import type { Sort, SortField } from '../../../shared/search.ts'
import { ever } from './criteria.ts'
import type { Condition } from './criteria.ts'

/** A run of rows that are adjacent in an index, in the order of the index. */
export interface Segment {
  where: Condition[]
  keys: [field: string, direction: 1 | -1][]
}

/** The position of a row in an order. */
export interface Position {
  /** The number of the row's segment. */
  segment: number
  /** The row's values for the keys of the segment. */
  values: unknown[]
}

const some = (field: string): Condition => ({ field, match: { $gte: '' } })
const none = (field: string): Condition => ({ field, match: null })
/** A value of another type, such as a Date, which another program wrote. The app shows it as no value. */
const other = (field: string): Condition => ({ field, match: { $not: { $gte: '' }, $ne: null } })

/** The rows without a valid value, which come last. Two segments, because an index keeps rows without any together. */
function without(field: string, keys: Segment['keys']): Segment[] {
  return [none, other].map(where => ({ where: [where(field)], keys }))
}

/**
 * The order of a search, as a list of segments. Rows without the value come last in both directions. Every order ends
 * with `_id`, so that no two rows have the same position.
 * @param today  'YYYY-MM-DD', the first day of the year of next birthdays
 */
export function orderOf(sort: Sort, today: string): Segment[] {
  const field = sort.replace('-', '') as SortField
  const up = sort === field ? 1 : -1
  const down = up === 1 ? -1 : 1
  switch (field) {
    case 'created_at':
    case 'updated_at':
      return [{ where: [ever(field)], keys: [[field, up], ['_id', up]] }]
    case 'birthday':
      return [
        { where: [some(field)], keys: [[field, up], ['_id', up]] },
        ...without(field, [['_id', up]]),
      ]
    case 'next_birthday': {
      const monthDay = today.slice(5)
      const keys: Segment['keys'] = [['birth_month_day', up], ['_id', up]]
      const thisYear: Segment = { keys, where: [{ field: 'birth_month_day', match: { $gte: monthDay } }] }
      const before: Condition = { field: 'birth_month_day', match: { $lt: monthDay } }
      const nextYear: Segment = { keys, where: [some('birth_month_day'), before] }
      const years = up === 1 ? [thisYear, nextYear] : [nextYear, thisYear]
      return [...years, ...without('birth_month_day', [['_id', up]])]
    }
    case 'country':
      // Within a country the newest come first, in the order of the index that a search in one country uses.
      return [
        { where: [some(field)], keys: [[field, up], ['created_at', down], ['_id', down]] },
        ...without(field, [['created_at', down], ['_id', down]]),
      ]
  }
}

/** Reverses the keys of an order. The segments keep their numbers; the caller reads them from the last to the first. */
export function backward(order: Segment[]): Segment[] {
  return order.map(({ where, keys }) => ({
    where,
    keys: keys.map(([field, direction]) => [field, direction === 1 ? -1 : 1]),
  }))
}

/**
 * The parts of a segment that come after a row: first the rows that tie with it on the leading keys, then the rest.
 * Each part is one index range; a single condition with `$or` would read the ties from their start.
 */
export function afterRow({ where, keys }: Segment, values: unknown[]): Segment[] {
  return keys.map((_, place) => ({
    keys,
    where: [
      ...where,
      ...keys.slice(0, place).map(([field], index): Condition => ({ field, match: values[index] })),
      { field: keys[place]![0], match: { [keys[place]![1] === 1 ? '$gt' : '$lt']: values[place] } },
    ],
  })).reverse()
}

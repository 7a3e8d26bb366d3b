import type { Sort, SortField } from '../../../shared/search.ts'
import { ever } from './criteria.ts'
import type { Condition } from './criteria.ts'

/** Rows that follow each other in an index, in its order. */
export interface Segment {
  where: Condition[]
  keys: [field: string, direction: 1 | -1][]
}

/** The place of a row in an order. */
export interface Position {
  /** The number of its segment. */
  segment: number
  /** The row's values of the segment's keys. */
  values: unknown[]
}

const some = (field: string): Condition => ({ field, match: { $gte: '' } })
const none = (field: string): Condition => ({ field, match: null })
/** Anything but a text, such as a Date: others have written it, and it is shown as no value. */
const other = (field: string): Condition => ({ field, match: { $not: { $gte: '' }, $ne: null } })

/** Last, the rows without a value that fits. Apart, since an index has those without any in one place and in order. */
function without(field: string, keys: Segment['keys']): Segment[] {
  return [none, other].map(where => ({ where: [where(field)], keys }))
}

/**
 * The order of a search, as segments one after the other. Rows without the value come last, whichever way it is
 * sorted. `_id` ends every order, so that no two rows have the same place.
 * @param today  'YYYY-MM-DD', where the year of next birthdays begins
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
      // Within a country the newest first: an index has them so, for the countries' own lists.
      return [
        { where: [some(field)], keys: [[field, up], ['created_at', down], ['_id', down]] },
        ...without(field, [['created_at', down], ['_id', down]]),
      ]
  }
}

/** The same order from its end. The segments keep their numbers: the last one is read first. */
export function backward(order: Segment[]): Segment[] {
  return order.map(({ where, keys }) => ({
    where,
    keys: keys.map(([field, direction]) => [field, direction === 1 ? -1 : 1]),
  }))
}

/**
 * The parts of a segment that come after a row: first its ties, by the keys that order them, then the rest. Each part
 * is one range of an index; one condition with `$or` would be read from the start of the tie.
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

import { getQuery } from 'h3'
import type { H3Event } from 'h3'
import { errors } from './errors.ts'

const maxLimit = 500

/** A page of a list, by `limit` and `offset` of the query. */
export function paged<Item>(event: H3Event, items: Item[]): { data: Item[], total_count: number } {
  const query = getQuery(event)
  const limit = Math.min(Math.max(Number(query.limit ?? 10) || 10, 1), maxLimit)
  const offset = Math.max(Number(query.offset ?? 0) || 0, 0)
  return { data: items.slice(offset, offset + limit), total_count: items.length }
}

/** The values of a parameter, which a client repeats, names `parameter[]`, or separates by commas as ClerkJS does. */
export function valuesOf(event: H3Event, name: string): string[] {
  const query = getQuery(event)
  return [query[name] ?? [], query[`${name}[]`] ?? []].flat().flatMap(value => String(value).split(',')).filter(Boolean)
}

/** What items are sorted by: a function for each name that `order_by` may have. */
type Columns<Item> = Record<string, (item: Item) => string | number | null>

/**
 * Sorts by `order_by` of the query: `-created_at` for the newest first, `+created_at` or `created_at` for the oldest.
 * @param items  the newest first
 * @throws ClerkError when there is no such column
 */
export function ordered<Item>(event: H3Event, items: Item[], columns: Columns<Item>): Item[] {
  const [, sign, name] = /^([+-]?)(\w+)$/.exec(String(getQuery(event).order_by ?? '-created_at').trim()) ?? []
  const valueOf = name && Object.hasOwn(columns, name) ? columns[name] : undefined
  if (!valueOf) throw errors.missing('order_by')
  const compare = (a: Item, b: Item) => {
    const [first, second] = [valueOf(a) ?? '', valueOf(b) ?? '']
    return typeof first === 'number' && typeof second === 'number'
      ? first - second
      : String(first).localeCompare(String(second))
  }
  // No sign means ascending, like a plus: URLs decode a plus to a space.
  return sign === '-' ? items.toSorted((a, b) => compare(b, a)) : items.toReversed().sort(compare)
}

/** Whether a text contains another, in whatever case. */
export function contains(text: string | null | undefined, part: string): boolean {
  return (text ?? '').toLowerCase().includes(part.toLowerCase())
}

/**
 * Splits ids into those to include and those to exclude: `+org_1` or `org_1`, and `-org_2`.
 * @returns whether an item with these ids is wanted
 */
export function includes(wanted: string[], ids: string[]): boolean {
  const excluded = wanted.filter(id => id.startsWith('-')).map(id => id.slice(1))
  const included = wanted.filter(id => !id.startsWith('-')).map(id => id.replace(/^[+ ]/, ''))
  if (ids.some(id => excluded.includes(id))) return false
  return included.length === 0 || ids.some(id => included.includes(id))
}

import { metaOf } from '#shared/profile'
import { choiceFields, defaultSort, filterableFields } from '#shared/search-fields'
import type { Sort, SortField } from '#shared/search-fields'
import { formatDate, formatMonthDay, monthNames } from './formats'

/** The query of `/admin/users`: one text per parameter, in which commas separate several values. */
export type UserQuery = Record<string, string>

/** An active filter in words, and the path of the list without it. */
export interface Chip {
  key: string
  text: string
  without: string
}

const listNames: string[] = ['country', 'missing', 'clerk_id', ...choiceFields]
/** Parameters that are not filters, but control the output. */
const outputNames = ['sort', 'cursor', 'limit']

/** Reads the query of a URL or a form, without empty values. */
export function readUserQuery(query: Record<string, unknown>): UserQuery {
  const texts = Object.entries(query).map(([name, value]) => {
    const values = [value].flat().filter((each): each is string => typeof each === 'string' && each.trim() !== '')
    return [name, listNames.includes(name) ? values.join(',') : values.at(-1) ?? ''] as const
  })
  return Object.fromEntries(texts.filter(([, text]) => text !== ''))
}

export function filtersOf(query: UserQuery): UserQuery {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !outputNames.includes(name)))
}

/** The path of the list with another query. It starts at the first page, since a cursor belongs to one query. */
export function usersPath(query: UserQuery, changes: Record<string, string | undefined> = {}): string {
  const { cursor: _, ...rest } = query
  const texts = Object.entries({ ...rest, ...changes }).filter((entry): entry is [string, string] => Boolean(entry[1]))
  // A comma needs no escape in a query, and is easier to read.
  const search = new URLSearchParams(texts).toString().replaceAll('%2C', ',')
  return search ? `/admin/users?${search}` : '/admin/users'
}

export const valuesOf = (query: UserQuery, name: string): string[] => query[name]?.split(',') ?? []

/** The path of the list with one value of a filter added, or removed if it is there. */
export function toggledPath(query: UserQuery, name: string, value: string): string {
  const values = listNames.includes(name) ? valuesOf(query, name) : []
  const isOn = valuesOf(query, name).includes(value)
  const next = isOn ? values.filter(each => each !== value) : [...values, value]
  return usersPath(query, { [name]: next.join(',') })
}

/** The sort after a click on a column header: the reverse order, or first the order that is most useful. */
export function nextSort(current: Sort, field: SortField): Sort {
  if (current === field) return `-${field}`
  return current !== `-${field}` && field.endsWith('_at') ? `-${field}` : field
}

export const sortOf = (query: UserQuery) => (query.sort ?? defaultSort) as Sort

interface Wording {
  locale: string
  /** By code. */
  countries: Record<string, string>
}

/** Formats a date. @throws if it does not exist */
function sayDay(day: string, { locale }: Wording): string {
  // Date reads February 30 as a day in March.
  if (new Date(day).toISOString().slice(0, 10) !== day) throw new RangeError(`${day} is not a date`)
  return formatDate(day, locale)
}

/** Describes a value of each filter. Undefined or an error: the value is not valid. */
const words: Record<string, (value: string, wording: Wording) => string | undefined> = {
  q: text => `Name or email: ${text}`,
  country: (code, { countries }) => countries[code] && `Country: ${countries[code]}`,
  birthday: (day, wording) => `Born on ${sayDay(day, wording)}`,
  birth_month: (month, { locale }) => {
    const name = monthNames(locale)[Number(month) - 1]
    return name && `Born in ${name}`
  },
  birth_month_day: (day, { locale }) => `Born on ${formatMonthDay(day, locale)} of any year`,
  birth_year: year => `Born in ${year}`,
  birthday_from: (day, wording) => `Born on ${sayDay(day, wording)} or later`,
  birthday_to: (day, wording) => `Born on ${sayDay(day, wording)} or earlier`,
  age_min: age => `Aged ${age} or more`,
  age_max: age => `Aged ${age} or less`,
  upcoming: days => Number(days) === 1 ? 'Birthday today' : `Birthday within ${days} days`,
  missing: (name) => {
    const field = filterableFields.find(each => each === name)
    return field && `Missing ${metaOf(field).label.toLowerCase()}`
  },
  created_since: (day, wording) => `Created on ${sayDay(day, wording)} or later`,
  created_before: (day, wording) => `Created before ${sayDay(day, wording)}`,
  updated_since: (day, wording) => `Edited on ${sayDay(day, wording)} or later`,
  visibility: value => `Visibility: ${value}`,
  clerk_id: id => `User: ${id}`,
  ...Object.fromEntries(choiceFields.map(field => [field, (value: string) => `${metaOf(field).label}: ${value}`])),
}
export const isFilter = (name: string) => Object.hasOwn(words, name)

interface Range {
  to: string
  words: (from: string, to: string, wording: Wording) => string
}

/** Pairs of filters that make one chip, by the first filter. */
const ranges: Record<string, Range> = {
  age_min: { to: 'age_max', words: (from, to) => `Aged ${from}–${to}` },
  birthday_from: {
    to: 'birthday_to',
    words: (from, to, wording) => `Born from ${sayDay(from, wording)} to ${sayDay(to, wording)}`,
  },
}

/** Describes a filter, or returns undefined if its value is not valid. */
function say(how: () => string | undefined): string | undefined {
  try {
    return how()
  }
  catch {
    return undefined
  }
}

/** The active filters in words. An unknown filter or an invalid value shows as it is in the URL. */
export function chipsOf(query: UserQuery, wording: Wording): Chip[] {
  const filters = filtersOf(query)
  const chips: Chip[] = []
  const joined = new Set<string>()
  for (const [from, range] of Object.entries(ranges)) {
    const [first, last] = [filters[from], filters[range.to]]
    const text = first && last && say(() => range.words(first, last, wording))
    if (!text) continue
    chips.push({ key: from, text, without: usersPath(query, { [from]: '', [range.to]: '' }) })
    joined.add(from).add(range.to)
  }
  for (const name of Object.keys(filters).filter(each => !joined.has(each))) {
    const isList = listNames.includes(name)
    const values = isList ? valuesOf(query, name) : [filters[name]!]
    for (const value of values) {
      const text = isFilter(name) ? say(() => words[name]!(value, wording)) : undefined
      const without = isList ? toggledPath(query, name, value) : usersPath(query, { [name]: '' })
      chips.push({ key: `${name}=${value}`, text: text ?? `${name}: ${value}`, without })
    }
  }
  return chips
}

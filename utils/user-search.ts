import { metaOf } from '#shared/profile'
import { choiceFields, defaultSort, filterableFields } from '#shared/search-fields'
import type { Sort, SortField } from '#shared/search-fields'
import { formatDate, formatMonthDay, monthNames } from './formats'

/** The query of `/admin/users`: one text a parameter, in which commas separate several values. */
export type UserQuery = Record<string, string>

/** A filter that is on, in words, and the list without it. */
export interface Chip {
  key: string
  text: string
  without: string
}

const listNames: string[] = ['country', 'missing', 'clerk_id', ...choiceFields]
/** Parameters that are no filter: they say how the answer is shown. */
const shown = ['sort', 'cursor', 'limit']

/** What a URL says, without what a form leaves empty. */
export function readUserQuery(query: Record<string, unknown>): UserQuery {
  const texts = Object.entries(query).map(([name, value]) => {
    const values = [value].flat().filter((each): each is string => typeof each === 'string' && each.trim() !== '')
    return [name, listNames.includes(name) ? values.join(',') : values.at(-1) ?? ''] as const
  })
  return Object.fromEntries(texts.filter(([, text]) => text !== ''))
}

export const filtersOf = (query: UserQuery): UserQuery => Object.fromEntries(Object.entries(query).filter(([name]) => !shown.includes(name)))

/** The list with another query. Its first page, unless the changes say which: a cursor is of its own search alone. */
export function usersPath(query: UserQuery, changes: Record<string, string | undefined> = {}): string {
  const { cursor: _, ...rest } = query
  const texts = Object.entries({ ...rest, ...changes }).filter((entry): entry is [string, string] => Boolean(entry[1]))
  // A comma is as good as its escape, and legible.
  const search = new URLSearchParams(texts).toString().replaceAll('%2C', ',')
  return search ? `/admin/users?${search}` : '/admin/users'
}

export const valuesOf = (query: UserQuery, name: string): string[] => query[name]?.split(',') ?? []

/** The list with one value of a filter more, or less where it has it. */
export function toggledPath(query: UserQuery, name: string, value: string): string {
  const values = listNames.includes(name) ? valuesOf(query, name) : []
  const isOn = valuesOf(query, name).includes(value)
  const next = isOn ? values.filter(each => each !== value) : [...values, value]
  return usersPath(query, { [name]: next.join(',') })
}

/** The sort that a press on a column's header asks for: the other way round, else the way that is asked for most. */
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

/** A day in words. @throws where it is none */
function sayDay(day: string, { locale }: Wording): string {
  // 30 February is read as a day of March.
  if (new Date(day).toISOString().slice(0, 10) !== day) throw new RangeError(`${day} is no day`)
  return formatDate(day, locale)
}

/** A value of each filter in words. Undefined, or an error: it is no value of this filter's. */
const words: Record<string, (value: string, wording: Wording) => string | undefined> = {
  q: text => `Name or e-mail: ${text}`,
  country: (code, { countries }) => countries[code] && `Country: ${countries[code]}`,
  birthday: (day, wording) => `Born on ${sayDay(day, wording)}`,
  birth_month: (month, { locale }) => monthNames(locale)[Number(month) - 1] && `Born in ${monthNames(locale)[Number(month) - 1]}`,
  birth_month_day: (day, { locale }) => `Born on ${formatMonthDay(day, locale)} of any year`,
  birth_year: year => `Born in ${year}`,
  birthday_from: (day, wording) => `Born on ${sayDay(day, wording)} or later`,
  birthday_to: (day, wording) => `Born on ${sayDay(day, wording)} or earlier`,
  age_min: age => `Aged ${age} or more`,
  age_max: age => `Aged ${age} or less`,
  upcoming: days => Number(days) === 1 ? 'Birthday today' : `Birthday within ${days} days`,
  missing: name => filterableFields.filter(field => field === name).map(field => `Missing ${metaOf(field).label.toLowerCase()}`)[0],
  created_since: (day, wording) => `Created on ${sayDay(day, wording)} or later`,
  created_before: (day, wording) => `Created before ${sayDay(day, wording)}`,
  updated_since: (day, wording) => `Edited on ${sayDay(day, wording)} or later`,
  visibility: value => `Visibility: ${value}`,
  clerk_id: id => `User: ${id}`,
  ...Object.fromEntries(choiceFields.map(field => [field, (value: string) => `${metaOf(field).label}: ${value}`])),
}
export const isFilter = (name: string) => Object.hasOwn(words, name)

/** Two filters that read as one, by the first of them. */
const ranges: Record<string, { to: string, words: (from: string, to: string, wording: Wording) => string }> = {
  age_min: { to: 'age_max', words: (from, to) => `Aged ${from}–${to}` },
  birthday_from: { to: 'birthday_to', words: (from, to, wording) => `Born from ${sayDay(from, wording)} to ${sayDay(to, wording)}` },
}

/** What a filter says; undefined where it is none that words are for. */
function say(how: () => string | undefined): string | undefined {
  try {
    return how()
  }
  catch {
    return undefined
  }
}

/** The filters that are on, in words. What is no value of its filter's reads as it was given. */
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
    for (const value of listNames.includes(name) ? valuesOf(query, name) : [filters[name]!]) {
      const text = isFilter(name) ? say(() => words[name]!(value, wording)) : undefined
      chips.push({ key: `${name}=${value}`, text: text ?? `${name}: ${value}`, without: listNames.includes(name) ? toggledPath(query, name, value) : usersPath(query, { [name]: '' }) })
    }
  }
  return chips
}

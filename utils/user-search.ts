import type { ProfileField } from '#shared/profile'
import { choiceFields, defaultSort, filterableFields } from '#shared/search-fields'
import type { Sort, SortField } from '#shared/search-fields'
import { formatDate, formatMonthDay, monthNames, numberFormatter, yearFormatter } from './formats'
import type { Wording } from './messages'

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

interface FilterWording extends Wording {
  /** By code. */
  countries: Record<string, string>
  /** As in useFieldLabels. */
  labelOf: (field: string) => string
  nameOf: (field: string) => string
  choiceOf: (field: ProfileField, choice: string) => string
}

/** Formats a date. @throws if it does not exist */
function sayDay(day: string, { locale }: FilterWording): string {
  // Date reads February 30 as a day in March.
  if (new Date(day).toISOString().slice(0, 10) !== day) throw new RangeError(`${day} is not a date`)
  return formatDate(day, locale)
}

/** Formats a whole number. @throws if it is none */
function sayNumber(text: string, formatter: typeof numberFormatter, { locale }: FilterWording): string {
  if (!/^\d+$/.test(text)) throw new RangeError(`${text} is not a whole number`)
  return formatter(locale)(Number(text))
}

const sayAge = (age: string, wording: FilterWording) => sayNumber(age, numberFormatter, wording)

function sayField(field: string, value: string, { t, labelOf }: FilterWording): string {
  return t('admin.labelled', { label: labelOf(field), value })
}

/** The name of a value of the setting; undefined for another value. */
export function visibilityName(value: string, { t }: Pick<Wording, 't'>): string | undefined {
  if (value === 'private') return t('admin.users.private')
  return value === 'public' ? t('admin.users.public') : undefined
}

/** Describes a value of each filter. Undefined or an error: the value is not valid. */
const words: Record<string, (value: string, wording: FilterWording) => string | undefined> = {
  q: (text, { t }) => t('admin.chips.nameOrEmail', { text }),
  country(code, wording) {
    const name = wording.countries[code]
    return name && sayField('country', name, wording)
  },
  birthday: (day, wording) => wording.t('admin.chips.bornOn', { date: sayDay(day, wording) }),
  birth_month(month, { t, locale }) {
    const name = monthNames(locale)[Number(month) - 1]
    return name && t('admin.chips.bornInMonth', { month: name })
  },
  birth_month_day: (day, { t, locale }) => t('admin.chips.bornOnDay', { day: formatMonthDay(day, locale) }),
  birth_year: (year, wording) =>
    wording.t('admin.chips.bornInYear', { year: sayNumber(year, yearFormatter, wording) }),
  birthday_from: (day, wording) => wording.t('admin.chips.bornSince', { date: sayDay(day, wording) }),
  birthday_to: (day, wording) => wording.t('admin.chips.bornUntil', { date: sayDay(day, wording) }),
  age_min: (age, wording) => wording.t('admin.chips.ageFrom', { age: sayAge(age, wording) }),
  age_max: (age, wording) => wording.t('admin.chips.ageTo', { age: sayAge(age, wording) }),
  upcoming(days, wording) {
    const { t } = wording
    if (Number(days) === 1) return t('admin.chips.birthdayToday')
    return t('admin.chips.birthdayWithin', { days: sayNumber(days, numberFormatter, wording) }, Number(days))
  },
  missing(name, { t, nameOf }) {
    const field = filterableFields.find(each => each === name)
    return field && t('admin.chips.missing', { field: nameOf(field) })
  },
  created_since: (day, wording) => wording.t('admin.chips.createdSince', { date: sayDay(day, wording) }),
  created_before: (day, wording) => wording.t('admin.chips.createdBefore', { date: sayDay(day, wording) }),
  updated_since: (day, wording) => wording.t('admin.chips.editedSince', { date: sayDay(day, wording) }),
  visibility(value, wording) {
    const name = visibilityName(value, wording)
    return name && sayField('visibility', name, wording)
  },
  clerk_id: (id, { t }) => t('admin.chips.user', { id }),
  ...Object.fromEntries(choiceFields.map(field => [
    field,
    (value: string, wording: FilterWording) => sayField(field, wording.choiceOf(field, value), wording),
  ])),
}
export const isFilter = (name: string) => Object.hasOwn(words, name)

interface Range {
  to: string
  words: (from: string, to: string, wording: FilterWording) => string
}

/** Pairs of filters that make one chip, by the first filter. */
const ranges: Record<string, Range> = {
  age_min: {
    to: 'age_max',
    words: (from, to, wording) =>
      wording.t('admin.chips.ageBetween', { from: sayAge(from, wording), to: sayAge(to, wording) }),
  },
  birthday_from: {
    to: 'birthday_to',
    words: (from, to, wording) =>
      wording.t('admin.chips.bornBetween', { from: sayDay(from, wording), to: sayDay(to, wording) }),
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
export function chipsOf(query: UserQuery, wording: FilterWording): Chip[] {
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

import { nextDays, todayInUTC } from '../shared/calendar.ts'
import { randomNumbers } from '../local-clerk/random.ts'

const week = { birth_month_day: { $in: nextDays(todayInUTC(), 7) } }

/** Each filter of the page, with values that match few or many. Each question draws one. */
const values: Record<string, string[]> = {
  country: ['IN', 'US', 'DE', 'NL', 'LI', 'CA,US,MX', 'AT,BE,CH,DE,DK,ES,FI,FR,GB,GR,IE,IT,NL,NO,PL,PT,SE'],
  birthday: ['1990-05-12', '1999-12-31', '2000-02-29'],
  birth_month: ['2', '5', '12'],
  birth_month_day: ['05-12', '02-29', '12-31'],
  birth_year: ['1975', '1990', '2001'],
  birthday_from: ['1960-01-01', '1990-06-15', '2005-01-01'],
  birthday_to: ['1965-12-31', '1990-06-15', '2005-01-01'],
  age: ['age_min=18&age_max=24', 'age_min=65', 'age_min=30&age_max=30'],
  upcoming: ['1', '7', '30', '90'],
  missing: ['country', 'birthday', 'bio', 'country,birthday,bio'],
  created_since: ['2021-01-01', '2025-11-01', '2026-11-20'],
  created_before: ['2021-01-01', '2023-06-01', '2026-11-01'],
  updated_since: ['2023-01-01', '2026-06-01', '2026-11-20'],
  visibility: ['public', 'private'],
  clerk_id: ['user_bench0000042', 'user_bench0000001,user_bench0999999,user_bench0500000'],
}
const filterNames = Object.keys(values)
export const sorts = [
  '-created_at',
  'created_at',
  '-updated_at',
  'updated_at',
  'birthday',
  '-birthday',
  'next_birthday',
  '-next_birthday',
  'country',
  '-country',
]

const random = randomNumbers(11)
const draw = (name: string) => {
  const value = values[name]![Math.floor(random() * values[name]!.length)]!
  return value.includes('=') ? value : `${name}=${value}`
}

/** No filter, each filter alone, and each pair. */
export const combinations: string[][] = [
  [],
  ...filterNames.map(name => [name]),
  ...filterNames.flatMap((name, index) => filterNames.slice(index + 1).map(other => [name, other])),
]

/** The query for a combination of filters, with random values. */
export const questionOf = (names: string[], sort: string) => [...names.map(draw), `sort=${sort}`].join('&')

/** The most common questions, each in its most common order. */
export const common: { name: string, query: string, naive: object, sort: Record<string, 1 | -1> }[] = [
  { name: 'country', query: 'country=DE&sort=-created_at', naive: { country: 'DE' }, sort: { created_at: -1 } },
  {
    name: 'several countries',
    query: 'country=DE,NL,AT&sort=-created_at',
    naive: { country: { $in: ['DE', 'NL', 'AT'] } },
    sort: { created_at: -1 },
  },
  {
    name: 'country, birthday range',
    query: 'country=DE&birthday_from=1990-01-01&birthday_to=1999-12-31&sort=birthday',
    naive: { country: 'DE', birthday: { $gte: '1990-01-01', $lte: '1999-12-31' } },
    sort: { birthday: 1 },
  },
  {
    name: 'the same, newest first',
    query: 'country=DE&birthday_from=1990-01-01&birthday_to=1999-12-31&sort=-created_at',
    naive: { country: 'DE', birthday: { $gte: '1990-01-01', $lte: '1999-12-31' } },
    sort: { created_at: -1 },
  },
  {
    name: 'birth month',
    query: 'birth_month=5&sort=-created_at',
    naive: { birth_month_day: { $gte: '05-01', $lte: '05-31' } },
    sort: { created_at: -1 },
  },
  { name: 'upcoming, 7 days', query: 'upcoming=7&sort=next_birthday', naive: week, sort: { birth_month_day: 1 } },
  { name: 'upcoming, newest first', query: 'upcoming=7&sort=-created_at', naive: week, sort: { created_at: -1 } },
  {
    name: 'missing country',
    query: 'missing=country&sort=-created_at',
    naive: { country: null },
    sort: { created_at: -1 },
  },
  {
    name: 'missing birthday',
    query: 'missing=birthday&sort=-created_at',
    naive: { birthday: null },
    sort: { created_at: -1 },
  },
  { name: 'missing bio', query: 'missing=bio&sort=-created_at', naive: { bio: null }, sort: { created_at: -1 } },
]

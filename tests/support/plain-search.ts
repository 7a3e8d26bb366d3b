import type { ObjectId } from 'mongodb'
import type { ProfileDocument } from '../../server/database/profiles.ts'
import type { ProfileFilter, Sort } from '../../shared/search.ts'

export type StoredRow = ProfileDocument & { _id: ObjectId }

const dayMs = 86_400_000
const utc = (day: string) => new Date(`${day}T00:00:00Z`)

/** The day of a year on which a birthday falls. */
function birthdayIn(year: number, birthday: string): Date {
  const [, month, day] = birthday.split('-').map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  // 29 February in a common year.
  return date.getUTCDate() === day ? date : new Date(date.getTime() - dayMs)
}

function ageOn(today: string, birthday: string): number {
  const now = utc(today)
  const years = now.getUTCFullYear() - Number(birthday.slice(0, 4))
  return birthdayIn(now.getUTCFullYear(), birthday) <= now ? years : years - 1
}

/** Days from today to the next birthday; 0 is today. */
function daysUntil(today: string, birthday: string): number {
  const now = utc(today)
  const thisYear = birthdayIn(now.getUTCFullYear(), birthday)
  const next = thisYear >= now ? thisYear : birthdayIn(now.getUTCFullYear() + 1, birthday)
  return (next.getTime() - now.getTime()) / dayMs
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
/** Profiles without a value come last, and after them those with a value that is no text. */
const rank = (value: unknown) => (textOf(value) !== undefined ? 0 : value === undefined || value === null ? 1 : 2)

/** Checks a profile against a filter, one condition after the other: the tests compare the search with this. */
export function fits(row: StoredRow, filter: ProfileFilter, today: string): boolean {
  const [birthday, country] = [textOf(row.birthday), textOf(row.country)]
  const checks: [asked: unknown, holds: () => boolean][] = [
    [filter.clerk_id, () => filter.clerk_id!.includes(row.clerk_id)],
    [filter.country, () => Boolean(country) && filter.country!.includes(country!)],
    [filter.birthday, () => birthday === filter.birthday],
    [filter.birth_month, () => Boolean(birthday) && utc(birthday!).getUTCMonth() + 1 === filter.birth_month],
    [filter.birth_month_day, () => Boolean(birthday?.endsWith(filter.birth_month_day!))],
    [filter.birth_year, () => Boolean(birthday) && utc(birthday!).getUTCFullYear() === filter.birth_year],
    [filter.birthday_from, () => Boolean(birthday) && utc(birthday!) >= utc(filter.birthday_from!)],
    [filter.birthday_to, () => Boolean(birthday) && utc(birthday!) <= utc(filter.birthday_to!)],
    [filter.age_min, () => Boolean(birthday) && ageOn(today, birthday!) >= filter.age_min!],
    [filter.age_max, () => Boolean(birthday) && ageOn(today, birthday!) <= filter.age_max!],
    [filter.upcoming, () => Boolean(birthday) && daysUntil(today, birthday!) < filter.upcoming!],
    [filter.missing, () => filter.missing!.every(field => rank(row[field]) === 1)],
    [filter.created_since, () => row.created_at! >= utc(filter.created_since!)],
    [filter.created_before, () => row.created_at! < utc(filter.created_before!)],
    [filter.updated_since, () => row.updated_at! >= utc(filter.updated_since!)],
    [filter.visibility, () => row.visibility === filter.visibility],
  ]
  return !row.deleted_at && checks.every(([asked, holds]) => asked === undefined || holds())
}

/** Compares two profiles by a sort: profiles without the value come last, newer ones first within a country. */
export function compare(sort: Sort, today: string) {
  const field = sort.replace('-', '')
  const up = sort === field ? 1 : -1
  const order = (a: number | string | Date, b: number | string | Date) => (a < b ? -1 : a > b ? 1 : 0)
  const ids = (a: StoredRow, b: StoredRow) => order(a._id.toHexString(), b._id.toHexString())
  const last = (a: unknown, b: unknown) => order(rank(a), rank(b))
  return (a: StoredRow, b: StoredRow): number => {
    switch (field) {
      case 'created_at':
        return up * (order(a.created_at!, b.created_at!) || ids(a, b))
      case 'updated_at':
        return up * (order(a.updated_at!, b.updated_at!) || ids(a, b))
      case 'country':
        return (
          last(a.country, b.country)
          || up
          * (order(textOf(a.country) ?? '', textOf(b.country) ?? '')
            || -order(a.created_at!, b.created_at!)
            || -ids(a, b))
        )
      case 'birthday':
        return (
          last(a.birthday, b.birthday) || up * (order(textOf(a.birthday) ?? '', textOf(b.birthday) ?? '') || ids(a, b))
        )
      default: {
        const [born, other] = [textOf(a.birthday), textOf(b.birthday)]
        const next
          = born && other
            ? order(daysUntil(today, born), daysUntil(today, other)) || order(born.slice(5), other.slice(5))
            : 0
        return last(a.birthday, b.birthday) || up * (next || ids(a, b))
      }
    }
  }
}

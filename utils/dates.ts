import { byLocale } from './by-locale.ts'

// By UTC and the Gregorian calendar: no time zone moves a calendar date, and it reads as it was typed.
const calendar = { timeZone: 'UTC', calendar: 'gregory' } as const

/** @param date  'YYYY-MM-DD' */
export function formatDate(date: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { ...calendar, dateStyle: 'long' }).format(new Date(`${date}T00:00:00Z`))
}

/** @param monthDay  'MM-DD' */
export function formatMonthDay(monthDay: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { ...calendar, month: 'long', day: 'numeric' }).format(new Date(`2000-${monthDay}T00:00:00Z`))
}

/** A function that writes 'YYYY-MM-DD', or an ISO 8601 time's day in UTC, short enough for a table. */
export const dateFormatter = byLocale((locale) => {
  const { format } = new Intl.DateTimeFormat(locale, { ...calendar, dateStyle: 'medium' })
  return (date: string) => format(new Date(date))
})

/** January to December. */
export const monthNames = byLocale((locale) => {
  const { format } = new Intl.DateTimeFormat(locale, { ...calendar, month: 'long' })
  return Array.from({ length: 12 }, (_, month) => format(Date.UTC(2000, month)))
})

export type DatePart = 'year' | 'month' | 'day'

/** The order in which the locale writes a date. */
export function datePartOrder(locale: string): DatePart[] {
  return new Intl.DateTimeFormat(locale, { ...calendar, numberingSystem: 'latn' }).formatToParts(0)
    .map(({ type }) => type)
    .filter((type): type is DatePart => type === 'year' || type === 'month' || type === 'day')
}

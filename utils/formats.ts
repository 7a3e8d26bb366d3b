/**
 * Remembers what is made for a locale: an Intl object costs a hundred times more to make than to use, and the
 * server makes the same ones for each visitor. Bounded, since a browser may ask for any locale.
 */
export function byLocale<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>()
  return (locale) => {
    if (made.size > 100) made.clear()
    if (!made.has(locale)) made.set(locale, make(locale))
    return made.get(locale)!
  }
}

const languageOf = (locale: string) => new Intl.Locale(locale).language

// Dates.

// By UTC and the Gregorian calendar: no time zone moves a calendar date, and it reads as it was typed.
const calendar = { timeZone: 'UTC', calendar: 'gregory' } as const

/**
 * Dates are in the page's language, in the order of the visitor's region. Where a region has no way of its own to
 * write the language, it is the world's: Intl would fall back to that of the United States.
 */
function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { language, region } = new Intl.Locale(locale)
  const isOwn = !region || new Intl.DateTimeFormat(locale).resolvedOptions().locale !== language
  return new Intl.DateTimeFormat(isOwn ? locale : `${language}-001`, { ...calendar, ...options })
}

const dateFormatterOf = (options: Intl.DateTimeFormatOptions) => byLocale((locale) => {
  const { format } = dateFormat(locale, options)
  return (date: string) => format(new Date(date))
})

/** A function that writes 'YYYY-MM-DD', or an ISO 8601 time's day in UTC, short enough for a table. */
export const dateFormatter = dateFormatterOf({ dateStyle: 'medium' })
/** A function that writes the month and the year of a date. */
export const monthAndYearFormatter = dateFormatterOf({ month: 'long', year: 'numeric' })
/** A function that writes a date with its weekday, and without its year. */
export const weekdayFormatter = dateFormatterOf({ weekday: 'long', month: 'long', day: 'numeric' })
/** A function that writes the month of a date short enough for a chart. */
export const shortMonthFormatter = dateFormatterOf({ month: 'short' })

const longDateFormatter = dateFormatterOf({ dateStyle: 'long' })
const monthDayFormatter = dateFormatterOf({ month: 'long', day: 'numeric' })

/** @param date  'YYYY-MM-DD' */
export const formatDate = (date: string, locale: string): string => longDateFormatter(locale)(`${date}T00:00:00Z`)

/** @param monthDay  'MM-DD' */
export const formatMonthDay = (monthDay: string, locale: string): string => monthDayFormatter(locale)(`2000-${monthDay}T00:00:00Z`)

/** January to December. */
export const monthNames = byLocale((locale) => {
  const { format } = dateFormat(locale, { month: 'long' })
  return Array.from({ length: 12 }, (_, month) => format(Date.UTC(2000, month)))
})

export type DatePart = 'year' | 'month' | 'day'

/** The order in which the locale writes a date. */
export function datePartOrder(locale: string): DatePart[] {
  return dateFormat(locale, { dateStyle: 'medium' }).formatToParts(0)
    .map(({ type }) => type)
    .filter((type): type is DatePart => type === 'year' || type === 'month' || type === 'day')
}

const minutes = { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const

/**
 * A time of day.
 * @param time  ISO 8601
 * @param options.timeZone  whose name is shown; without it, the runtime's, which is not
 */
export function formatTime(time: string, locale: string, { timeZone, seconds = false }: { timeZone?: string, seconds?: boolean } = {}): string {
  const options = { ...minutes, second: seconds ? '2-digit' : undefined, timeZone, timeZoneName: timeZone ? 'short' : undefined } as const
  return dateFormat(locale, options).format(new Date(time))
}

// Numbers: those of the page's language, whatever the region. Nobody reads 1.234 for a thousand in an English text.

/** A function that writes a number. */
export const numberFormatter = byLocale(locale => new Intl.NumberFormat(languageOf(locale)).format)
/** A function that writes a number short enough for a chart: 12K. */
export const compactFormatter = byLocale(locale => new Intl.NumberFormat(languageOf(locale), { notation: 'compact' }).format)
/** A function that writes a share of 1 as a percentage. */
export const percentFormatter = byLocale((locale) => {
  const options = { style: 'percent', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(languageOf(locale), options).format
})

/** A function that writes a list: a, b, and c. */
export const listFormatter = byLocale((locale) => {
  const list = new Intl.ListFormat(languageOf(locale))
  return (items: string[]) => list.format(items)
})

/**
 * Caches a value per locale. An Intl object costs a hundred times more to create than to use, and the server needs the
 * same ones for each visitor. The cache is bounded, since a browser can request any locale.
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

// UTC and the Gregorian calendar: a calendar date reads as it was typed, in any time zone and locale.
const calendar = { timeZone: 'UTC', calendar: 'gregory' } as const

/**
 * Dates are in the page's language, in the order of the visitor's region. For a region without its own format in that
 * language, this takes the international one (001): Intl alone would fall back to the United States.
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

/** Formats 'YYYY-MM-DD', or the UTC day of an ISO 8601 time, for a table. */
export const dateFormatter = dateFormatterOf({ dateStyle: 'medium' })
/** Formats the month and year of a date. */
export const monthAndYearFormatter = dateFormatterOf({ month: 'long', year: 'numeric' })
/** Formats a date with its weekday, without its year. */
export const weekdayFormatter = dateFormatterOf({ weekday: 'long', month: 'long', day: 'numeric' })
/** Formats the month of a date, short enough for a chart. */
export const shortMonthFormatter = dateFormatterOf({ month: 'short' })

const longDateFormatter = dateFormatterOf({ dateStyle: 'long' })
const monthDayFormatter = dateFormatterOf({ month: 'long', day: 'numeric' })

/** @param date  'YYYY-MM-DD' */
export const formatDate = (date: string, locale: string): string => longDateFormatter(locale)(`${date}T00:00:00Z`)

/** @param monthDay  'MM-DD' */
export const formatMonthDay = (monthDay: string, locale: string): string =>
  monthDayFormatter(locale)(`2000-${monthDay}T00:00:00Z`)

/** January to December. */
export const monthNames = byLocale((locale) => {
  const { format } = dateFormat(locale, { month: 'long' })
  return Array.from({ length: 12 }, (_, month) => format(Date.UTC(2000, month)))
})

export type DatePart = 'year' | 'month' | 'day'

/** The order in which the locale writes a date. */
export const datePartOrder = byLocale((locale): DatePart[] =>
  dateFormat(locale, { dateStyle: 'medium' }).formatToParts(0)
    .map(({ type }) => type)
    .filter((type): type is DatePart => type === 'year' || type === 'month' || type === 'day'))

const minutes = { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const

interface TimeOptions {
  /** Also shown by name. Defaults to the runtime's zone, without its name. */
  timeZone?: string
  seconds?: boolean
}

/**
 * Formats a date with its time of day.
 * @param time  ISO 8601
 */
export function formatTime(time: string, locale: string, { timeZone, seconds = false }: TimeOptions = {}): string {
  const options = {
    ...minutes,
    second: seconds ? '2-digit' : undefined,
    timeZone,
    timeZoneName: timeZone ? 'short' : undefined,
  } as const
  return dateFormat(locale, options).format(new Date(time))
}

// Numbers follow the page's language, not the region: in English text, 1.234 is not a thousand.

/** Formats a number. */
export const numberFormatter = byLocale(locale => new Intl.NumberFormat(languageOf(locale)).format)
/** Formats a number, short enough for a chart: 12K. */
export const compactFormatter = byLocale((locale) => {
  const options = { notation: 'compact' } as const
  return new Intl.NumberFormat(languageOf(locale), options).format
})
/** Formats a fraction of 1 as a percentage. */
export const percentFormatter = byLocale((locale) => {
  const options = { style: 'percent', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(languageOf(locale), options).format
})

/** Formats a list: a, b, and c. */
export const listFormatter = byLocale((locale) => {
  const list = new Intl.ListFormat(languageOf(locale))
  return (items: string[]) => list.format(items)
})

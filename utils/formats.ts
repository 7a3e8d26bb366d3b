import type { MessageParams } from '#shared/issues'

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

// Dates.

// UTC and the Gregorian calendar: a calendar date reads as it was typed, in any time zone and locale.
const calendar = { timeZone: 'UTC', calendar: 'gregory' } as const

/** The digits are those that the locale names, since the browser's tables may differ from the server's. */
const digitsOf = (locale: string) => new Intl.Locale(locale).numberingSystem ?? 'latn'

/**
 * Dates are in the page's language, in the order of the visitor's region. For a region without its own format in that
 * language, this takes the international one (001): Intl alone would fall back to the United States.
 */
function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { language, region } = new Intl.Locale(locale)
  const isOwn = !region || new Intl.DateTimeFormat(`${language}-${region}`).resolvedOptions().locale !== language
  const own = isOwn ? locale : `${language}-001`
  return new Intl.DateTimeFormat(own, { ...calendar, numberingSystem: digitsOf(locale), ...options })
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

/**
 * Numbers follow the region only where the language is at home: Mexico writes 1,234.5 and Spain 1234,5, but in English
 * text in Germany, 1.234 is not a thousand.
 */
function numberLocale(locale: string): string {
  const { language, region } = new Intl.Locale(locale)
  const isAtHome = region && new Intl.Locale(`und-${region}`).maximize().language === language
  return isAtHome ? locale : language
}

const numberFormatterOf = (options: Intl.NumberFormatOptions) => byLocale(locale =>
  new Intl.NumberFormat(numberLocale(locale), { numberingSystem: digitsOf(locale), ...options }).format)

/** Formats a number. */
export const numberFormatter = numberFormatterOf({})
/** Formats a number that is no quantity, such as a year: 1990, not 1,990. */
export const yearFormatter = numberFormatterOf({ useGrouping: false })
/** Formats a number, short enough for a chart: 12K. */
export const compactFormatter = numberFormatterOf({ notation: 'compact' })
/** Formats a fraction of 1 as a percentage. */
export const percentFormatter = numberFormatterOf({ style: 'percent', maximumFractionDigits: 1 })

/** Formats the numbers in the parameters of a message of the API. They may be years, so they are not grouped. */
export function formatParams(params: MessageParams, locale: string): Record<string, string> {
  const format = yearFormatter(locale)
  const texts = Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? format(value) : value])
  return Object.fromEntries(texts)
}

const listFormatterOf = (options: Intl.ListFormatOptions) => byLocale((locale) => {
  const list = new Intl.ListFormat(new Intl.Locale(locale).language, options)
  return (items: string[]) => list.format(items)
})

/** Formats a list: a, b, and c. */
export const listFormatter = listFormatterOf({})
/** Formats alternatives: a, b, or c. */
export const choiceFormatter = listFormatterOf({ type: 'disjunction' })
/** Formats a list, in short: a, b, c. */
export const shortListFormatter = listFormatterOf({ style: 'narrow' })

/** Replaces the digits of any script by Latin ones: ١٩٩٠, and the wide ones of a Japanese keyboard. */
export const latinDigits = (text: string): string =>
  text.normalize('NFKC').replaceAll(/\p{Nd}/gu, digit => String(valueOfDigit(digit)))

/** Unicode has the ten digits of each script in a row, the zero first. */
function valueOfDigit(digit: string): number {
  const code = digit.codePointAt(0)!
  let zero = code
  while (zero > code - 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--
  return code - zero
}

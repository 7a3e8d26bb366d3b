import { dayInUTC, isDay } from './calendar.ts'

/**
 * The date formats of a file:
 * ymd    1990-05-12, 1990/05/12, or an ISO 8601 time, which is read as its day in UTC
 * dmy    12.05.1990, 12/05/1990, 12-05-1990
 * mdy    5/12/1990, 05-12-1990
 * serial 33005, a spreadsheet's count of days since 1900
 */
export const dateFormats = ['ymd', 'dmy', 'mdy', 'serial'] as const
export type DateFormat = typeof dateFormats[number]

/** The number of dates that fit each format. */
export type DateFits = Record<DateFormat, number>

/** A time without a zone, which cannot change the date. */
const time = '(?:[T ]\\d{1,2}:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?: ?[AP]M)?)?'
const yearFirst = new RegExp(`^(\\d{4})([-/.]) ?(\\d{1,2})\\2 ?(\\d{1,2})${time}$`, 'i')
const yearLast = new RegExp(`^(\\d{1,2})([-/.]) ?(\\d{1,2})\\2 ?(\\d{4})${time}$`, 'i')
const instant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)$/i

const readers: Record<DateFormat, (text: string) => string | undefined> = {
  ymd(text) {
    const [, year, , month, day] = yearFirst.exec(text) ?? []
    if (year) return dateOf(year, month!, day!)
    const [, date, clock, zone] = instant.exec(text) ?? []
    return date && dayInUTC(date, clock!, zone!)
  },
  dmy(text) {
    const [, day, , month, year] = yearLast.exec(text) ?? []
    return day && dateOf(year!, month!, day)
  },
  mdy(text) {
    const [, month, separator, day, year] = yearLast.exec(text) ?? []
    // No region writes the month first with dots in between.
    return month && separator !== '.' ? dateOf(year!, month, day!) : undefined
  },
  serial(text) {
    const [, days] = /^(\d{1,5})(?:\.\d+)?$/.exec(text) ?? []
    const count = Number(days)
    // Read as days, 1900 to 2100 are dates in 1905, which are less likely than a year.
    if (!count || (count >= 1900 && count <= 2100)) return undefined
    // Spreadsheets count a 29 February 1900, which did not exist, as day 60.
    if (count === 60) return undefined
    return new Date(Date.UTC(1899, 11, count < 60 ? 31 : 30) + count * 86_400_000).toISOString().slice(0, 10)
  },
}

function dateOf(year: string, month: string, day: string): string | undefined {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(date) ? date : undefined
}

/** @returns 'YYYY-MM-DD'; undefined for a text in another format, or a day that does not exist */
export const readDate = (text: string, format: DateFormat): string | undefined => readers[format](text)

/** Whether two of the formats read the text as different days. */
export function isAmbiguous(text: string, formats: readonly DateFormat[] = dateFormats): boolean {
  return new Set(formats.map(format => readDate(text, format)).filter(Boolean)).size > 1
}

/** The formats that fit the most dates: usually one, two if every day could be a month, none without dates. */
export function leadingFormats(fits: DateFits): DateFormat[] {
  const most = Math.max(...Object.values(fits))
  return most > 0 ? dateFormats.filter(format => fits[format] === most) : []
}

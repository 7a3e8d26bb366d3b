import { dayInUTC, isDay } from './calendar.ts'

/**
 * The ways in which a file writes its dates:
 * ymd    1990-05-12, 1990/05/12, or an ISO 8601 time, of which the day by UTC counts
 * dmy    12.05.1990, 12/05/1990, 12-05-1990
 * mdy    5/12/1990, 05-12-1990
 * serial 33005, the days that a spreadsheet counts from 1900
 */
export const dateFormats = ['ymd', 'dmy', 'mdy', 'serial'] as const
export type DateFormat = typeof dateFormats[number]

/** How many dates fit each format. */
export type DateFits = Record<DateFormat, number>

/** Of a day without a time zone: it moves no date. */
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
    // Nobody writes the month first and dots between.
    return month && separator !== '.' ? dateOf(year!, month, day!) : undefined
  },
  serial(text) {
    const [, days] = /^(\d{1,5})(?:\.\d+)?$/.exec(text) ?? []
    const count = Number(days)
    // A number from 1900 to 2100 is a year: nobody's birthday is in the summer of 1905 any more.
    if (!count || (count >= 1900 && count <= 2100)) return undefined
    // Spreadsheets count a 29 February 1900, which never was, as day 60.
    if (count === 60) return undefined
    return new Date(Date.UTC(1899, 11, count < 60 ? 31 : 30) + count * 86_400_000).toISOString().slice(0, 10)
  },
}

function dateOf(year: string, month: string, day: string): string | undefined {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(date) ? date : undefined
}

/** @returns 'YYYY-MM-DD' of a day that exists; undefined for what is not written so */
export const readDate = (text: string, format: DateFormat): string | undefined => readers[format](text)

/** Whether two of the formats read different days from the text. */
export function isAmbiguous(text: string, formats: readonly DateFormat[] = dateFormats): boolean {
  return new Set(formats.map(format => readDate(text, format)).filter(Boolean)).size > 1
}

/** The formats that the most dates fit: one in most files, two where every day could be a month; none without dates. */
export function leadingFormats(fits: DateFits): DateFormat[] {
  const most = Math.max(...Object.values(fits))
  return most > 0 ? dateFormats.filter(format => fits[format] === most) : []
}

// The one calendar of the app: by UTC, Gregorian, and somebody born on 29 February has their birthday on the 28th in
// a common year. Dates are text, 'YYYY-MM-DD': no time zone moves them.

const dayMs = 86_400_000

export const todayInUTC = () => new Date().toISOString().slice(0, 10)

const isLeap = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1

/**
 * The days of any year that have their birthday on these, as 'MM-DD': in a common year those born on
 * 29 February have it on the 28th.
 * @param today  'YYYY-MM-DD', the first of them
 * @param count  of days, at most 366
 */
export function nextDays(today: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.parse(today) + index * dayMs)).flatMap((date) => {
    const monthDay = date.toISOString().slice(5, 10)
    return monthDay === '02-28' && !isLeap(date.getUTCFullYear()) ? [monthDay, '02-29'] : [monthDay]
  })
}

/**
 * The last day on which somebody was born who is so many years old today, as text that compares with dates:
 * it may be a 29 February that the year does not have.
 */
export function yearsBefore(today: string, years: number): string {
  const year = Number(today.slice(0, 4))
  const monthDay = nextDays(today, 1).at(-1)
  return `${String(year - years).padStart(4, '0')}-${monthDay}`
}

/**
 * Whole years.
 * @param birthday  'YYYY-MM-DD', as is `today`
 */
export function ageOn(today: string, birthday: string): number {
  const hadBirthday = birthday.slice(5) <= nextDays(today, 1).at(-1)!
  return Number(today.slice(0, 4)) - Number(birthday.slice(0, 4)) - (hadBirthday ? 0 : 1)
}

/** Whether 'YYYY-MM-DD' is a day that exists: JavaScript takes 30 February for 2 March. */
export function isDay(date: string): boolean {
  const moment = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date)
}

/**
 * The day by UTC of a time that names its zone.
 * @param zone  'Z', or an offset such as '+02:00' or '+0200'
 * @returns undefined for a day, a clock time or an offset that does not exist
 */
export function dayInUTC(date: string, clock: string, zone: string): string | undefined {
  if (!isDay(date)) return undefined
  const moment = new Date(`${date}T${clock}${zone.toUpperCase().replace(/(\d\d)(\d\d)$/, '$1:$2')}`)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().slice(0, 10)
}

const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/i

/** The date of an ISO 8601 time, by UTC where it names its zone; any other text as it is. */
export function dateOfTime(text: string): string {
  const [, date, clock, zone] = time.exec(text) ?? []
  if (!date) return text
  return zone && isDay(date) ? dayInUTC(date, clock!, zone) ?? text : date
}

// The app's only calendar: Gregorian, in UTC. People born on 29 February celebrate on the 28th in a common year.
// Dates are text, 'YYYY-MM-DD', so that no time zone moves them.

const dayMs = 86_400_000

export const todayInUTC = () => new Date().toISOString().slice(0, 10)

const isLeap = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1

/**
 * The days of birth, as 'MM-DD', whose birthday is on one of the next days. In a common year the 28th of February
 * includes the 29th.
 * @param today  'YYYY-MM-DD', the first day
 * @param count  number of days, at most 366
 */
export function nextDays(today: string, count: number): string[] {
  const days = Array.from({ length: count }, (_, index) => new Date(Date.parse(today) + index * dayMs))
  return days.flatMap((date) => {
    const monthDay = date.toISOString().slice(5, 10)
    return monthDay === '02-28' && !isLeap(date.getUTCFullYear()) ? [monthDay, '02-29'] : [monthDay]
  })
}

/**
 * The latest date of birth of a person who is this many years old today. It compares with dates as text,
 * but may be a 29 February that its year does not have.
 */
export function yearsBefore(today: string, years: number): string {
  const year = Number(today.slice(0, 4))
  const monthDay = nextDays(today, 1).at(-1)
  return `${String(year - years).padStart(4, '0')}-${monthDay}`
}

/**
 * The age in whole years.
 * @param birthday  'YYYY-MM-DD', like `today`
 */
export function ageOn(today: string, birthday: string): number {
  const hadBirthday = birthday.slice(5) <= nextDays(today, 1).at(-1)!
  return Number(today.slice(0, 4)) - Number(birthday.slice(0, 4)) - (hadBirthday ? 0 : 1)
}

/** Whether 'YYYY-MM-DD' is a day that exists. JavaScript alone would read 30 February as 2 March. */
export function isDay(date: string): boolean {
  const moment = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date)
}

/**
 * The day in UTC of a time with a time zone.
 * @param zone  'Z', or an offset such as '+02:00' or '+0200'
 * @returns undefined for a day, a clock time or an offset that does not exist
 */
export function dayInUTC(date: string, clock: string, zone: string): string | undefined {
  if (!isDay(date)) return undefined
  const moment = new Date(`${date}T${clock}${zone.toUpperCase().replace(/(\d\d)(\d\d)$/, '$1:$2')}`)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().slice(0, 10)
}

const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/i

/** The date of an ISO 8601 time, in UTC if the time has a zone. Returns any other text unchanged. */
export function dateOfTime(text: string): string {
  const [, date, clock, zone] = time.exec(text) ?? []
  if (!date) return text
  return zone && isDay(date) ? dayInUTC(date, clock!, zone) ?? text : date
}

const dayMs = 86_400_000

/** 'YYYY-MM-DD' by UTC's calendar. */
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

import type { Insights } from '#shared/insights'
import { metaOf } from '#shared/profile'

/** What the charts of `/admin/insights` show: each number in words, and the list of the users that it counts. */
export function useInsightCharts(insights: Ref<Insights | undefined>) {
  const locale = useLocale()
  const namesOfMonths = monthNames(locale.value)
  const shortMonth = shortMonthFormatter(locale.value)
  const monthAndYear = monthAndYearFormatter(locale.value)
  const weekday = weekdayFormatter(locale.value)
  const percent = percentFormatter(locale.value)
  const format = numberFormatter(locale.value)
  const users = (query: Record<string, string | number>) => ({ path: '/admin/users', query })

  return computed(() => {
    if (!insights.value) return undefined
    const { total, months, ages, birthdays, completeness, growth } = insights.value
    return {
      months: months.filter(({ month }) => month !== null).map(({ month: number, count }) => {
        const date = `2000-${String(number).padStart(2, '0')}-01`
        return { name: namesOfMonths[number! - 1]!, label: shortMonth(date), count, to: users({ birth_month: number! }) }
      }),
      ages: ages.map(({ age_min, age_max, count }) => ({
        label: age_min === null ? age_max === null ? 'No birthday' : `Under ${age_max + 1}` : age_max === null ? `${age_min} and over` : `${age_min} – ${age_max}`,
        count,
        to: users(age_min === null && age_max === null
          ? { missing: 'birthday' }
          : { ...age_min !== null && { age_min }, ...age_max !== null && { age_max } }),
      })),
      birthdays: birthdays.map(({ date, birth_month_day, count }) => ({
        label: date.endsWith(birth_month_day) ? weekday(date) : `${weekday(date)}, born on ${formatMonthDay(birth_month_day, locale.value)}`,
        count,
        to: users({ birth_month_day }),
      })),
      completeness: completeness.map(({ field, count }) => ({
        label: metaOf(field).label,
        count,
        text: `${format(count)} · ${percent(total && count / total)}`,
        to: users({ missing: field }),
      })),
      growth: growth.map(({ month: first, count }, index) => {
        const next = new Date(first)
        next.setUTCMonth(next.getUTCMonth() + 1)
        return {
          name: monthAndYear(first), label: shortMonth(first), count,
          note: index === 0 || first.endsWith('-01') ? first.slice(0, 4) : undefined,
          to: users({ created_since: `${first}-01`, created_before: next.toISOString().slice(0, 10) }),
        }
      }),
    }
  })
}
